package io.sheaf.lsm.version;

import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.NoSpaceException;
import io.sheaf.lsm.io.WritableFile;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.ManifestFormat.RecordKind;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes one manifest, see {@link ManifestFormat}.
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> Who created it closes it. After
 * a method threw, nothing more may be appended, but for a {@link NoSpaceException}.
 */
final class ManifestWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 4 << 10;

  private final long number;
  private final long place;
  private final WritableFile file;
  private final Statistics statistics;
  private final Crc32c crc = new Crc32c();
  private long snapshotBytes;
  private long syncedBytes;

  private ManifestWriter(long number, int storeId, WritableFile file, Statistics statistics) {
    this.number = number;
    this.place = FileHeader.place(number, storeId);
    this.file = file;
    this.statistics = statistics;
  }

  /**
   * Creates manifest {@code number} with a snapshot of {@code version}; the content is durable when
   * this returns, the name is not.
   *
   * @param nextFileNumber no file gets a lower number from now on
   */
  static ManifestWriter create(
      FileSystem fileSystem,
      Path directory,
      long number,
      Version version,
      long nextFileNumber,
      Statistics statistics)
      throws IOException {
    Path path = directory.resolve(FileNames.of(FileKind.MANIFEST, number));
    int storeId = version.store().value();
    WritableFile file = fileSystem.create(path);
    ManifestWriter writer = new ManifestWriter(number, storeId, file, statistics);
    try (GrowableBuffer header = new GrowableBuffer(FileHeader.BYTES)) {
      FileHeader.append(FileKind.MANIFEST, number, storeId, header);
      writer.write(header);
      writer.append(
          RecordKind.SNAPSHOT,
          VersionEdit.creating(version),
          nextFileNumber,
          version.nextTableId());
      writer.snapshotBytes = file.position();
    } catch (Throwable failure) {
      try {
        file.close();
        fileSystem.delete(path);
      } catch (IOException second) {
        failure.addSuppressed(second);
      }
      throw failure;
    }
    return writer;
  }

  /**
   * Appends {@code edit} and makes it durable. When it throws, whether the edit is in the manifest
   * is not known, and nothing more may be appended; but for a full device.
   *
   * @throws NoSpaceException when the device is full; the manifest is as it was before
   * @param nextTableId of the version after the edit
   */
  void append(VersionEdit edit, long nextFileNumber, int nextTableId) throws IOException {
    append(RecordKind.EDIT, edit, nextFileNumber, nextTableId);
  }

  /**
   * Writes behind an edit that it is synced; the mark needs no sync of its own.
   *
   * @throws NoSpaceException when the device is full; the manifest is as it was before
   */
  void markSynced() throws IOException {
    try (GrowableBuffer buffer = new GrowableBuffer(ManifestFormat.FRAME_BYTES)) {
      ManifestFormat.beginRecord(syncedBytes, buffer);
      ManifestFormat.finishRecord(RecordKind.SYNCED, buffer, crc, place, file.position());
      write(buffer);
    }
  }

  /** Number of the file. */
  long number() {
    return number;
  }

  /** Bytes of header and snapshot. */
  long snapshotBytes() {
    return snapshotBytes;
  }

  /** Length so far, in bytes. */
  long sizeBytes() {
    return file.position();
  }

  /** Makes marks durable too. */
  void sync() throws IOException {
    file.sync();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void append(RecordKind kind, VersionEdit edit, long nextFileNumber, int nextTableId)
      throws IOException {
    try (GrowableBuffer buffer = new GrowableBuffer(BUFFER_BYTES)) {
      ManifestFormat.beginRecord(syncedBytes, buffer);
      buffer.putVarint(nextFileNumber);
      buffer.putVarint(nextTableId);
      EditEncoder.encode(edit, buffer);
      ManifestFormat.finishRecord(kind, buffer, crc, place, file.position());
      write(buffer);
    }
    long written = file.position();
    file.sync();
    syncedBytes = written;
  }

  private void write(GrowableBuffer bytes) throws IOException {
    long before = file.position();
    try {
      file.write(bytes.byteBuffer(0, bytes.size()));
    } catch (NoSpaceException full) {
      takeBack(before, full);
      throw full;
    }
    statistics.add(Counter.MANIFEST_BYTES, bytes.size());
  }

  /** Removes what found room of a record that did not as a whole. */
  private void takeBack(long before, NoSpaceException full) throws IOException {
    try {
      file.truncate(before);
    } catch (IOException second) {
      second.addSuppressed(full);
      throw new IOException("a torn record could not be taken back", second);
    }
  }
}
