package io.sheaf.lsm.coding;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksum of every stored block and record: CRC-32C of the place (file number and offset) and
 * then the bytes, so that a block that was moved, swapped or left over from another file does not
 * pass as the one that was asked for.
 *
 * <p><b>Thread safety.</b> None; one instance a thread.
 *
 * <p><b>Source.</b> Castagnoli et al., "Optimization of cyclic redundancy-check codes with 24 and
 * 32 parity bits", 1993.
 */
public final class Crc32c {
  private final CRC32C crc = new CRC32C();

  /** Begins a checksum for bytes at {@code offset} of file {@code fileNumber}. */
  public Crc32c begin(long fileNumber, long offset) {
    crc.reset();
    updateLong(fileNumber);
    updateLong(offset);
    return this;
  }

  /** Takes in the bytes from position to limit, moving the position. */
  public Crc32c update(ByteBuffer bytes) {
    crc.update(bytes);
    return this;
  }

  /** Takes in {@code length} bytes from {@code offset}. */
  public Crc32c update(byte[] bytes, int offset, int length) {
    crc.update(bytes, offset, length);
    return this;
  }

  /** The checksum of all that was taken in. */
  public int value() {
    return (int) crc.getValue();
  }

  private void updateLong(long value) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      crc.update((int) (value >>> shift) & 0xFF);
    }
  }
}
