package io.sheaf.im;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.Varint;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The values of message rows. What the key tells is not in them: of conversation and sender a value
 * holds the one that the row is not filed under.
 *
 * <pre>
 * value  := format kind length other text
 * format := 1 byte: 1
 * kind   := 1 byte: 0 text, 1 action
 * length := varint: bytes of other
 * other  := the name of the sender, in a conversation's row; of the conversation, in a sender's
 * text   := all the rest
 * </pre>
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class MessageValue {
  private static final int FORMAT = 1;

  private MessageValue() {}

  static byte[] encode(MessageKind kind, Name other, byte[] text) {
    byte[] name = other.toByteArray();
    int lengthAt = 2;
    int nameAt = lengthAt + Varint.length(name.length);
    byte[] value = new byte[nameAt + name.length + text.length];
    value[0] = FORMAT;
    value[1] = (byte) kind.code();
    Varint.write(MemorySegment.ofArray(value), lengthAt, name.length);
    System.arraycopy(name, 0, value, nameAt, name.length);
    System.arraycopy(text, 0, value, nameAt + name.length, text.length);
    return value;
  }

  /** What a value holds. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Content(MessageKind kind, Name other, byte[] text) {}

  /**
   * What a value holds.
   *
   * @param key names the row in an error
   * @throws IOException if it is no value as this class writes it
   */
  static Content decode(Slice key, Slice value) throws IOException {
    try {
      ByteReader reader = ByteReader.of(value);
      int format = reader.readByte();
      if (format != FORMAT) {
        throw new IOException(
            "the message at key "
                + key
                + " has format "
                + format
                + ", this program reads "
                + FORMAT
                + "; open the store with a newer release");
      }
      int code = reader.readByte();
      MessageKind kind =
          MessageKind.ofCode(code)
              .orElseThrow(() -> new IOException(bad(key, "no kind has the code " + code)));
      Name other = Name.of(reader.readLengthPrefixed());
      byte[] text = reader.readBytes((int) reader.remaining(), new Slice()).toByteArray();
      return new Content(kind, other, text);
    } catch (ByteReader.MalformedException | IllegalArgumentException e) {
      throw new IOException(bad(key, String.valueOf(e.getMessage())), e);
    }
  }

  private static String bad(Slice key, String why) {
    return "the value at key " + key + " is no message: " + why;
  }
}
