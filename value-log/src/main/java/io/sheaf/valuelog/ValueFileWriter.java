package io.sheaf.valuelog;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.WritableFile;
import io.sheaf.lsm.value.ValueFileMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Writes one value file from its header to its footer, in large writes, syncing on the way.
 *
 * <p><b>Thread safety.</b> One thread. <b>Ownership.</b> The creator closes it; the write buffer is
 * the creator's, who lends it to one file at a time.
 */
final class ValueFileWriter implements AutoCloseable {
  /** Bytes that are gathered before they are written. */
  static final int BUFFER_BYTES = 512 << 10;

  private final FileSystem fileSystem;
  private final Path path;
  private final long number;
  private final int tableId;
  private final int syncBytes;
  private final GrowableBuffer buffer;
  private final WritableFile file;
  private final ConcurrentSync sync;
  private final Crc32c crc = new Crc32c();
  private long syncedAt;
  private long blocks;
  private long rows;
  private long rawBytes;
  private long newestTimeMillis;

  /** Creates the file; {@code buffer} must be empty. */
  ValueFileWriter(
      FileSystem fileSystem,
      Path path,
      long number,
      int tableId,
      int syncBytes,
      @Nullable Dictionary dictionary,
      GrowableBuffer buffer,
      Executor syncer)
      throws IOException {
    this.fileSystem = fileSystem;
    this.path = path;
    this.number = number;
    this.tableId = tableId;
    this.syncBytes = syncBytes;
    this.buffer = buffer;
    this.file = fileSystem.create(path);
    this.sync = new ConcurrentSync(path, file, syncer);
    ValueFileFormat.appendBeginning(number, tableId, dictionary, buffer);
  }

  long number() {
    return number;
  }

  /** Length of the file with what is still in the buffer, in bytes. */
  long sizeBytes() {
    return file.position() + buffer.size();
  }

  /**
   * Appends a block.
   *
   * @param payload the values as they are stored
   * @return length of the block, in bytes
   */
  int append(
      Compression.Codec codec,
      int rawBytes,
      GrowableBuffer payload,
      int rows,
      Slice prefix,
      Slice firstSuffix,
      Slice lastSuffix,
      long newestTimeMillis)
      throws IOException {
    int start = buffer.size();
    long offset = sizeBytes();
    int payloadBytes = payload.size();
    ValueBlock.appendHeader(
        buffer,
        codec,
        rawBytes,
        payloadBytes,
        rows,
        prefix,
        firstSuffix,
        lastSuffix,
        newestTimeMillis);
    int headerBytes = buffer.size() - start;
    int checksum =
        crc.begin(number, offset)
            .update(buffer.byteBuffer(start + Integer.BYTES, headerBytes - Integer.BYTES))
            .update(payload.byteBuffer(0, payloadBytes))
            .value();
    buffer.setInt(start, checksum);
    if (buffer.size() + (long) payloadBytes > BUFFER_BYTES) {
      writeOut();
    }
    if (payloadBytes >= BUFFER_BYTES) {
      file.write(payload.byteBuffer(0, payloadBytes));
    } else {
      buffer.putBytes(payload.segment(), 0, payloadBytes);
    }
    this.blocks++;
    this.rows += rows;
    this.rawBytes += rawBytes;
    this.newestTimeMillis = Math.max(this.newestTimeMillis, newestTimeMillis);
    if (file.position() - syncedAt >= syncBytes) {
      beginSync();
    }
    return headerBytes + payloadBytes;
  }

  /** Writes the footer. */
  ValueFileMetadata finish() throws IOException {
    ValueFileTotals totals = new ValueFileTotals(tableId, blocks, rows, rawBytes, newestTimeMillis);
    totals.append(number, sizeBytes(), buffer);
    writeOut();
    return new ValueFileMetadata(
        number, tableId, file.position(), rawBytes, rows, blocks, newestTimeMillis);
  }

  /** Begins to sync what is written out; {@link #makeDurable} tells how it went. */
  void beginSync() throws IOException {
    syncedAt = file.position();
    sync.begin();
  }

  /** Returns when all that is written out is durable, and closes the file. */
  void makeDurable() throws IOException {
    sync.await();
    if (syncedAt < file.position()) {
      file.sync();
    }
    file.close();
  }

  private void writeOut() throws IOException {
    file.write(buffer.byteBuffer(0, buffer.size()));
    buffer.clear();
  }

  /** Closes the file and removes it. */
  void delete() throws IOException {
    try {
      close();
    } finally {
      fileSystem.delete(path);
    }
  }

  /** Closes the file as it is. */
  @Override
  public void close() throws IOException {
    try {
      sync.await();
    } finally {
      file.close();
    }
  }
}
