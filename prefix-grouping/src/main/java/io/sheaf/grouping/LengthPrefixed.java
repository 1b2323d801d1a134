package io.sheaf.grouping;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.PrefixExtractor;

/**
 * A key begins with the length of what identifies its group, one byte or two (big-endian), and then
 * that many bytes; length and identifier are the prefix. A key too short for that is all prefix.
 * Named {@code "length-prefixed:1"} or {@code "length-prefixed:2"}.
 *
 * <p>For identifiers of any bytes and any length, where no delimiter can be kept free. Groups are
 * in order of their length first.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param lengthBytes how many bytes the length takes: 1 or 2
 */
public record LengthPrefixed(int lengthBytes) implements PrefixExtractor {
  static final String KIND = "length-prefixed";

  /** Checks the number of bytes. */
  public LengthPrefixed {
    if (lengthBytes != 1 && lengthBytes != 2) {
      throw new IllegalArgumentException(
          "the length of a prefix takes 1 or 2 bytes, not " + lengthBytes);
    }
  }

  @Override
  public int prefixLength(Slice key) {
    int length = key.length();
    if (length < lengthBytes) {
      return length;
    }
    int identifier = 0;
    for (int i = 0; i < lengthBytes; i++) {
      identifier = identifier << Byte.SIZE | Byte.toUnsignedInt(key.byteAt(i));
    }
    return Math.min(length, lengthBytes + identifier);
  }

  @Override
  public String name() {
    return KIND + ":" + lengthBytes;
  }
}
