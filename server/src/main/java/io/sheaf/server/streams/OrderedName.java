package io.sheaf.server.streams;

import io.sheaf.lsm.coding.Slice;
import java.io.ByteArrayOutputStream;

/**
 * A name inside of a key, so that keys are in order of their names although more follows.
 *
 * <pre>
 * name := (byte | 00 FF){length} 00 01       00 FF is the byte 00
 * </pre>
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class OrderedName {
  private static final byte ESCAPED_ZERO = -1;
  private static final byte END = 1;

  private OrderedName() {}

  /** {@code name} as it stands in a key. */
  static byte[] encode(byte[] name) {
    int zeros = 0;
    for (byte b : name) {
      zeros += b == 0 ? 1 : 0;
    }
    byte[] encoded = new byte[name.length + zeros + 2];
    int at = 0;
    for (byte b : name) {
      encoded[at++] = b;
      if (b == 0) {
        encoded[at++] = ESCAPED_ZERO;
      }
    }
    encoded[at + 1] = END; // behind a byte 00
    return encoded;
  }

  /** The name that stands in {@code key} from {@code from} on. */
  static byte[] decode(Slice key, int from) {
    ByteArrayOutputStream name = new ByteArrayOutputStream();
    int at = from;
    while (true) {
      byte b = key.byteAt(at++);
      if (b == 0 && key.byteAt(at++) == END) {
        return name.toByteArray();
      }
      name.write(b);
    }
  }
}
