package io.sheaf.lsm.coding;

import io.sheaf.lsm.coding.ByteReader.MalformedException;

/**
 * What the values of a table have in common, kept once in a file so that each of its blocks need
 * not say it again: with it a block of 4 KB is as small as one of 64 KB without. Used by ZSTD.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * <p><b>Source.</b> RFC 8878, section 5, "Dictionary Format".
 */
public final class Dictionary {
  /** Fewest bytes of a dictionary. */
  public static final int MIN_BYTES = 256;

  /** Most bytes of a dictionary. */
  public static final int MAX_BYTES = 1 << 20;

  private final byte[] bytes;

  /**
   * The dictionary that these bytes are; they are not copied.
   *
   * @throws MalformedException when they are too few or too many
   */
  public Dictionary(byte[] bytes) {
    if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
      throw new MalformedException("dictionary of " + bytes.length + " bytes");
    }
    this.bytes = bytes;
  }

  /** Length in bytes. */
  public int length() {
    return bytes.length;
  }

  /** Appends it to {@code target}, as it is stored. */
  public void append(GrowableBuffer target) {
    target.putBytes(Slice.of(bytes));
  }

  byte[] bytes() {
    return bytes;
  }
}
