package io.sheaf.grouping;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.PrefixExtractor;

/**
 * The first {@code bytes} bytes of a key are its prefix; a shorter key is all prefix. Named {@code
 * "fixed:8"}.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param bytes length of the prefix in bytes, at least 1
 */
public record FixedPrefix(int bytes) implements PrefixExtractor {
  static final String KIND = "fixed";

  /** Checks the length. */
  public FixedPrefix {
    if (bytes < 1) {
      throw new IllegalArgumentException("a fixed prefix has at least 1 byte, not " + bytes);
    }
  }

  @Override
  public int prefixLength(Slice key) {
    return Math.min(bytes, key.length());
  }

  @Override
  public String name() {
    return KIND + ":" + bytes;
  }
}
