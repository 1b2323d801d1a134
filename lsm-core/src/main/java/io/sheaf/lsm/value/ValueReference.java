package io.sheaf.lsm.value;

/**
 * Where a separated value lies: which bytes of which value block. A mutable flyweight that cursors
 * fill, so that stepping over references allocates nothing.
 *
 * <p>A value block is {@link #storedBytes} bytes at {@link #blockOffset} of value file {@link
 * #fileNumber}; decompressed it is {@link #rawBytes} bytes, of which the value is {@link
 * #valueLength} bytes from {@link #valueOffset}.
 *
 * <p><b>Thread safety.</b> None.
 */
public final class ValueReference {
  /** Number of the value file. */
  public long fileNumber;

  /** Offset of the block in its file, in bytes. */
  public long blockOffset;

  /** Length of the block in its file with its header, in bytes. */
  public int storedBytes;

  /** Length of the block's values when decompressed, in bytes. */
  public int rawBytes;

  /** Offset of the value in the decompressed block, in bytes. */
  public int valueOffset;

  /** Length of the value, in bytes. */
  public int valueLength;

  /** A reference to be filled. */
  public ValueReference() {}

  /** Takes over all fields of {@code other}. */
  public ValueReference set(ValueReference other) {
    fileNumber = other.fileNumber;
    blockOffset = other.blockOffset;
    storedBytes = other.storedBytes;
    rawBytes = other.rawBytes;
    valueOffset = other.valueOffset;
    valueLength = other.valueLength;
    return this;
  }

  /** Whether both point into the same block. */
  public boolean sameBlock(ValueReference other) {
    return fileNumber == other.fileNumber && blockOffset == other.blockOffset;
  }

  @Override
  public String toString() {
    return "value file "
        + fileNumber
        + ", block at "
        + blockOffset
        + " ("
        + storedBytes
        + " bytes, "
        + rawBytes
        + " raw), value "
        + valueOffset
        + " + "
        + valueLength;
  }
}
