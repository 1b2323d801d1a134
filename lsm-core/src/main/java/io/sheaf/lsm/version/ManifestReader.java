package io.sheaf.lsm.version;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.version.ManifestFormat.Frame;
import io.sheaf.lsm.version.ManifestFormat.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads the edits of one manifest in order, see {@link ManifestFormat}: for opening a store, and
 * for tools that show what a manifest says.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> Who opened it closes it.
 */
public final class ManifestReader implements AutoCloseable {
  private static final int SCAN_BYTES = 64 << 10;

  private final String name;
  private final StoreId store;
  private final long place;
  private final ReadableFile file;
  private final long size;
  private final EditDecoder decoder;
  private final Crc32c crc = new Crc32c();
  private long offset = FileHeader.BYTES;
  private boolean torn;

  private ManifestReader(
      String name, StoreId store, long place, ReadableFile file, long size, EditDecoder decoder) {
    this.name = name;
    this.store = store;
    this.place = place;
    this.file = file;
    this.size = size;
    this.decoder = decoder;
  }

  /**
   * An edit and where it stands.
   *
   * @param offset in the manifest, in bytes
   * @param edit the first of a manifest turns the empty version into the one it began with
   * @param nextFileNumber all files up to here had lower numbers
   * @param nextTableId all tables up to here had lower ids
   */
  public record Entry(long offset, VersionEdit edit, long nextFileNumber, int nextTableId) {}

  /**
   * Opens a manifest and checks its header.
   *
   * @throws CorruptionException when {@code path} is not manifest {@code number}
   * @throws io.sheaf.lsm.io.UnsupportedFormatException when its format is not read
   */
  public static ManifestReader open(
      FileSystem fileSystem, Path path, long number, PrefixResolver prefixes) throws IOException {
    ReadableFile file = fileSystem.open(path);
    try {
      String name = path.toString();
      long size = file.size();
      byte[] header = new byte[(int) Math.min(size, FileHeader.BYTES)];
      read(name, file, header, header.length, 0);
      checkHeader(name, header, number);
      StoreId store = StoreId.of(FileHeader.Fields.of(ByteBuffer.wrap(header)).storeId());
      long place = FileHeader.place(number, store.value());
      return new ManifestReader(name, store, place, file, size, new EditDecoder(prefixes));
    } catch (Throwable failure) {
      try {
        file.close();
      } catch (IOException second) {
        failure.addSuppressed(second);
      }
      throw failure;
    }
  }

  /**
   * The next edit, null at the end.
   *
   * @throws CorruptionException when the manifest is damaged
   * @throws IOException when it cannot be read, or a table's prefix rule is not known
   */
  public @Nullable Entry next() throws IOException {
    while (!torn && offset < size) {
      long at = offset;
      byte[] frameBytes = new byte[ManifestFormat.FRAME_BYTES];
      if (size - at < frameBytes.length) {
        return tornAt(at, "a record's frame", size - at + " bytes");
      }
      read(name, file, frameBytes, frameBytes.length, at);
      Frame frame = ManifestFormat.frameAt(littleEndian(frameBytes), 0, crc, place, at);
      if (frame == null) {
        return tornAt(at, "a record's frame", "a frame whose checksum does not match");
      }
      long bodyAt = at + ManifestFormat.FRAME_BYTES;
      if (frame.bodyBytes() > size - bodyAt) {
        return tornAt(at, "a body of " + frame.bodyBytes() + " bytes", size - bodyAt + " bytes");
      }
      byte[] body = new byte[frame.bodyBytes()];
      read(name, file, body, body.length, bodyAt);
      int checksum = crc.begin(place, bodyAt).update(body, 0, body.length).value();
      if (checksum != frame.bodyChecksum()) {
        return tornAt(
            bodyAt, "checksum " + hexadecimal(frame.bodyChecksum()), hexadecimal(checksum));
      }
      boolean first = at == FileHeader.BYTES;
      if (first != (frame.kind() == RecordKind.SNAPSHOT)) {
        throw damagedAt(at, "a snapshot first, then edits", "a record of kind " + frame.kind());
      }
      offset = bodyAt + body.length;
      if (frame.kind() != RecordKind.SYNCED) {
        return decode(at, body);
      }
      if (body.length != 0) {
        throw damagedAt(at, "a mark without a body", body.length + " bytes");
      }
    }
    if (size == FileHeader.BYTES) {
      throw damagedAt(size, "a snapshot", "the end of the file");
    }
    return null;
  }

  /** The store that the header names; edits may say from which file on logs do. */
  public StoreId store() {
    return store;
  }

  /** Whether the last record is torn: a change that was never acknowledged, taken as absent. */
  public boolean torn() {
    return torn;
  }

  /** The error of a manifest that holds at {@code offset} what it should not. */
  CorruptionException damagedAt(long offset, String expected, String found) {
    return new CorruptionException(
        name, offset, expected, found + CorruptionException.HOW_TO_GO_ON);
  }

  /** The same where what is there was found to make no sense. */
  CorruptionException damagedAt(long offset, String expected, RuntimeException senseless) {
    CorruptionException damaged =
        damagedAt(offset, expected, String.valueOf(senseless.getMessage()));
    damaged.initCause(senseless);
    return damaged;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private static void checkHeader(String name, byte[] header, long number) throws IOException {
    try {
      FileHeader.check(name, ByteBuffer.wrap(header), FileKind.MANIFEST, number);
    } catch (CorruptionException e) {
      CorruptionException damaged =
          new CorruptionException(
              name,
              e.offset(),
              "the header of a manifest: " + e.expected(),
              e.found() + CorruptionException.HOW_TO_GO_ON);
      damaged.initCause(e);
      throw damaged;
    }
  }

  private Entry decode(long at, byte[] body) throws IOException {
    ByteReader source = ByteReader.of(Slice.of(body));
    try {
      long nextFileNumber = source.readVarint();
      int nextTableId = source.readCount(Integer.MAX_VALUE);
      VersionEdit edit = decoder.decode(source);
      if (source.remaining() != 0) {
        throw new MalformedException(source.remaining() + " bytes behind the last change");
      }
      return new Entry(at, edit, nextFileNumber, nextTableId);
    } catch (MalformedException | IllegalArgumentException malformed) {
      throw damagedAt(at, "an edit", malformed);
    }
  }

  /** Ends the reading at a bad record, unless it was synced once. */
  private @Nullable Entry tornAt(long at, String expected, String found) throws IOException {
    if (offset == FileHeader.BYTES) {
      throw damagedAt(at, expected, found);
    }
    if (syncedBeyond(offset)) {
      throw damagedAt(at, expected, found + " in a record that was synced");
    }
    torn = true;
    return null;
  }

  /** Whether a whole frame behind the record at {@code at} says that it was synced. */
  private boolean syncedBeyond(long at) throws IOException {
    long start = at + 1;
    byte[] window = new byte[(int) Math.min(SCAN_BYTES, size - start)];
    ByteBuffer bytes = littleEndian(window);
    while (size - start >= ManifestFormat.FRAME_BYTES) {
      int length = (int) Math.min(window.length, size - start);
      read(name, file, window, length, start);
      int frames = length - ManifestFormat.FRAME_BYTES + 1;
      for (int i = 0; i < frames; i++) {
        Frame frame = ManifestFormat.frameAt(bytes, i, crc, place, start + i);
        if (frame != null && frame.syncedBytes() > at) {
          return true;
        }
      }
      start += frames;
    }
    return false;
  }

  private static void read(String name, ReadableFile file, byte[] target, int length, long offset)
      throws IOException {
    int count = file.read(ByteBuffer.wrap(target, 0, length), offset);
    if (count != length) {
      throw new CorruptionException(name, offset, length + " bytes", Math.max(count, 0) + " bytes");
    }
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String hexadecimal(int value) {
    return "0x" + Integer.toHexString(value);
  }
}
