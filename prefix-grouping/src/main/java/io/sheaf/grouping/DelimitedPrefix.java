package io.sheaf.grouping;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.PrefixExtractor;

/**
 * A key's prefix reaches up to and includes the first {@code delimiter}; a key without one is all
 * prefix. Named by the number of the byte, {@code "delimited:58"} for a colon.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param delimiter the byte that ends a prefix
 */
public record DelimitedPrefix(byte delimiter) implements PrefixExtractor {
  static final String KIND = "delimited";

  @Override
  public int prefixLength(Slice key) {
    int length = key.length();
    for (int i = 0; i < length; i++) {
      if (key.byteAt(i) == delimiter) {
        return i + 1;
      }
    }
    return length;
  }

  @Override
  public String name() {
    return KIND + ":" + Byte.toUnsignedInt(delimiter);
  }
}
