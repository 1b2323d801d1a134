package io.sheaf.lsm.cache;

/**
 * Names a block: its file and where it begins there. The key of a cached block is made once and
 * never changed; the one that a thread looks up with is re-pointed from look-up to look-up, so that
 * a hit allocates nothing. The cache keeps no key that it only looked up.
 *
 * <p><b>Thread safety.</b> None while it is changed.
 */
final class BlockKey {
  private static final ThreadLocal<BlockKey> PROBE =
      ThreadLocal.withInitial(() -> new BlockKey(0, 0));

  private long fileNumber;
  private long offset;

  BlockKey(long fileNumber, long offset) {
    this.fileNumber = fileNumber;
    this.offset = offset;
  }

  /** The calling thread's key for looking up, pointed at a block; valid until the next call. */
  static BlockKey probe(long fileNumber, long offset) {
    BlockKey probe = PROBE.get();
    probe.fileNumber = fileNumber;
    probe.offset = offset;
    return probe;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlockKey that && fileNumber == that.fileNumber && offset == that.offset;
  }

  @Override
  public int hashCode() {
    return (int) (hash() >>> 32);
  }

  /** A hash of 64 bits. */
  long hash() {
    return (fileNumber * 0x9E37_79B9_7F4A_7C15L + offset) * 0xBF58_476D_1CE4_E5B9L;
  }

  long fileNumber() {
    return fileNumber;
  }

  @Override
  public String toString() {
    return "block at " + offset + " of file " + fileNumber;
  }
}
