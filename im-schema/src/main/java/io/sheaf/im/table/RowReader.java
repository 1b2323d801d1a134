package io.sheaf.im.table;

import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.Slice;
import java.io.IOException;

/**
 * Takes the value of a row apart. The engine has checked that the bytes are those that were
 * written; what does not fit here was written by another program, or by a newer release.
 *
 * <p><b>Thread safety.</b> None.
 */
public final class RowReader {
  private final ByteReader bytes;

  private RowReader(ByteReader bytes) {
    this.bytes = bytes;
  }

  /** What a value means. */
  @FunctionalInterface
  public interface Meaning<T> {
    /**
     * Reads it.
     *
     * @throws IllegalArgumentException when it makes no sense
     */
    T of(RowReader reader);
  }

  /**
   * What {@code value} means.
   *
   * @param what names the row in an error, such as "message"
   * @param format the one that is read
   * @throws IOException when the value has another format or makes no sense
   */
  public static <T> T read(String what, Slice key, Slice value, int format, Meaning<T> meaning)
      throws IOException {
    try {
      RowReader reader = new RowReader(ByteReader.of(value));
      int found = reader.readByte();
      if (found != format) {
        throw new IOException(
            "the "
                + what
                + " at key "
                + key
                + " has format "
                + found
                + ", this program reads "
                + format
                + "; open the store with a newer release");
      }
      return meaning.of(reader);
    } catch (ByteReader.MalformedException | IllegalArgumentException e) {
      throw new IOException(
          "the value at key " + key + " is no " + what + ": " + e.getMessage(), e);
    }
  }

  /** One byte, 0 to 255. */
  public int readByte() {
    return bytes.readByte();
  }

  /** An unsigned number. */
  public long varint() {
    return bytes.readVarint();
  }

  /** A number of things of which each takes a byte at least. */
  public int count() {
    return bytes.readCount(bytes.remaining());
  }

  /** Whether nothing is left. */
  public boolean isAtEnd() {
    return bytes.remaining() == 0;
  }

  /** An id. */
  public Id id() {
    return Id.read(bytes);
  }

  /** The id of a message. */
  public MessageId messageId() {
    return new MessageId(Long.reverseBytes(bytes.readLong()));
  }

  /** All bytes that are left. */
  public byte[] rest() {
    return bytes.readBytes((int) bytes.remaining(), new Slice()).toByteArray();
  }
}
