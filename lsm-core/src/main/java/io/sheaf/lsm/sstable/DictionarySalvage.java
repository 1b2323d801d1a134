package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells the dictionary of an SSTable where it is damaged. Files that were written together hold the
 * same one, so another file can give it back; the checksum of the damaged one tells whether it is
 * the same.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class DictionarySalvage {
  /** Where the dictionary of an SSTable stands, in bytes. */
  public static final int OFFSET = FileHeader.BYTES;

  private DictionarySalvage() {}

  /**
   * What is found where a dictionary stands.
   *
   * @param damage what is wrong there; null: there is a whole block
   * @param dictionary the content of the block; null: it is damaged, or no dictionary
   */
  public record Found(@Nullable CorruptionException damage, @Nullable Dictionary dictionary) {}

  /** Looks at the place of the dictionary; of a file without one, at its first block. */
  public static Found look(String name, ReadableFile file, long number) throws IOException {
    StoredBlockReader blocks = new StoredBlockReader(file, name, number, null);
    int payload;
    boolean plain;
    try (NativeBuffer head = blocks.readBytes(OFFSET, TableFormat.STORED_HEADER_BYTES)) {
      ByteBuffer fields = head.byteBuffer(0, head.capacity()).order(ByteOrder.LITTLE_ENDIAN);
      payload = fields.getInt(0);
      plain = fields.get(2 * Integer.BYTES) == Compression.Codec.NONE.code();
    } catch (CorruptionException damage) {
      return new Found(damage, null);
    }
    if (payload < 0 || payload > file.size() - OFFSET - TableFormat.STORED_OVERHEAD_BYTES) {
      return new Found(blocks.damaged(OFFSET, "a block", "a length of " + payload), null);
    }
    int content = TableFormat.STORED_HEADER_BYTES + payload;
    try (NativeBuffer stored = blocks.readBytes(OFFSET, content + Integer.BYTES)) {
      int found = stored.byteBuffer(content, 4).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
      int checksum = checksum(number, stored.byteBuffer(0, content));
      if (found != checksum) {
        return new Found(
            blocks.damaged(
                OFFSET,
                "a block with checksum 0x" + Integer.toHexString(found),
                "0x" + Integer.toHexString(checksum)),
            null);
      }
      boolean fits = payload >= Dictionary.MIN_BYTES && payload <= Dictionary.MAX_BYTES;
      return new Found(null, plain && fits ? dictionaryOf(stored, payload) : null);
    }
  }

  private static Dictionary dictionaryOf(NativeBuffer stored, int length) {
    return new Dictionary(
        new Slice().set(stored.segment(), TableFormat.STORED_HEADER_BYTES, length).toByteArray());
  }

  private static int checksum(long number, ByteBuffer block) {
    return new Crc32c().begin(number, OFFSET).update(block).value();
  }

  /**
   * The stored block from {@link #OFFSET} on if the file has this dictionary; nothing where it has
   * not, or nothing shows that it has. What shows it is the checksum in the file, or all bytes
   * before it.
   */
  public static Optional<byte[]> rebuild(ReadableFile file, long number, Dictionary dictionary)
      throws IOException {
    byte[] expected = stored(number, dictionary);
    ByteBuffer found = ByteBuffer.allocate(expected.length);
    if (file.read(found, OFFSET) < expected.length) {
      return Optional.empty();
    }
    int content = expected.length - Integer.BYTES;
    ByteBuffer wanted = ByteBuffer.wrap(expected);
    boolean same =
        found.slice(content, Integer.BYTES).equals(wanted.slice(content, Integer.BYTES))
            || found.slice(0, content).equals(wanted.slice(0, content));
    return same ? Optional.of(expected) : Optional.empty();
  }

  private static byte[] stored(long number, Dictionary dictionary) {
    int length = dictionary.length();
    try (GrowableBuffer block = new GrowableBuffer(length + TableFormat.STORED_OVERHEAD_BYTES)) {
      block.putInt(length);
      block.putInt(length);
      block.putByte(Compression.Codec.NONE.code());
      dictionary.append(block);
      block.putInt(checksum(number, block.byteBuffer(0, block.size())));
      byte[] bytes = new byte[block.size()];
      block.byteBuffer(0, block.size()).get(bytes);
      return bytes;
    }
  }
}
