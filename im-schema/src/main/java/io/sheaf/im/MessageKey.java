package io.sheaf.im;

import io.sheaf.lsm.coding.Slice;
import java.util.Arrays;

/**
 * The keys of a table whose rows belong to names: a name's rows stand together, ordered by id, and
 * names are ordered by their bytes.
 *
 * <pre>
 * key     := prefix id
 * prefix  := escaped 00
 * escaped := the name; its byte 00 is written as 01 01, its byte 01 as 01 02
 * id      := 8 bytes, big-endian; see MessageId
 * </pre>
 *
 * <p>As an example, the message 0x0123456789abcdef in #go has the key {@code 23 67 6f 00 01 23 45
 * 67 89 ab cd ef}.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class MessageKey {
  /** Ends the prefix; it is in no escaped name. */
  static final byte END_OF_NAME = 0;

  private static final byte ESCAPE = 1;

  private MessageKey() {}

  /** What all keys of the name begin with, and no others. */
  static byte[] prefix(Name name) {
    return prefix(name, 0);
  }

  /** The key of a message. */
  static byte[] key(Name name, long id) {
    byte[] key = prefix(name, Long.BYTES);
    for (int i = 0; i < Long.BYTES; i++) {
      key[key.length - 1 - i] = (byte) (id >>> (Byte.SIZE * i));
    }
    return key;
  }

  /** The first key after all those of the name. */
  static byte[] end(Name name) {
    byte[] end = prefix(name);
    end[end.length - 1]++;
    return end;
  }

  /** The id in a key of a name. */
  static long id(Slice key) {
    return key.longAt(key.length() - Long.BYTES);
  }

  /**
   * The name in a key.
   *
   * @throws IllegalArgumentException if it is no key as this class writes it
   */
  static Name name(Slice key) {
    byte[] name = new byte[key.length()];
    int length = 0;
    int at = 0;
    int end = key.length() - Long.BYTES - 1;
    while (at < end) {
      byte next = key.byteAt(at++);
      if (next == ESCAPE && at < end) {
        next = (byte) (key.byteAt(at++) - 1);
      }
      name[length++] = next;
    }
    if (end < 1 || key.byteAt(end) != END_OF_NAME) {
      throw new IllegalArgumentException("key " + key + " is not a name, 00 and an id");
    }
    return Name.of(Arrays.copyOf(name, length));
  }

  /** The prefix, with {@code room} bytes behind it. */
  private static byte[] prefix(Name name, int room) {
    int length = name.length();
    for (int i = 0; i < name.length(); i++) {
      length += isEscaped(name.byteAt(i)) ? 1 : 0;
    }
    byte[] prefix = new byte[length + 1 + room];
    int at = 0;
    for (int i = 0; i < name.length(); i++) {
      byte next = name.byteAt(i);
      if (isEscaped(next)) {
        prefix[at++] = ESCAPE;
        next++;
      }
      prefix[at++] = next;
    }
    prefix[at] = END_OF_NAME;
    return prefix;
  }

  private static boolean isEscaped(byte next) {
    return next == END_OF_NAME || next == ESCAPE;
  }
}
