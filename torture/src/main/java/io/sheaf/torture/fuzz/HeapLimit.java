package io.sheaf.torture.fuzz;

import io.sheaf.lsm.cache.AllocatedBytes;

/**
 * What reading a few KB may allocate on the heap, whatever they say.
 *
 * <p><b>Thread safety.</b> One thread.
 */
final class HeapLimit {
  private static final long MOST_BYTES = 96L << 20;

  private HeapLimit() {}

  /**
   * Reads, and looks how much it took.
   *
   * @param bytes length of what is read
   * @throws AssertionError when memory was taken out of proportion
   */
  static void check(Runnable read, int bytes) {
    if (allocatedBy(read) > MOST_BYTES) { // or it was the first to need some classes
      long again = allocatedBy(read);
      if (again > MOST_BYTES) {
        throw new AssertionError(again + " bytes were allocated for a file of " + bytes);
      }
    }
  }

  private static long allocatedBy(Runnable read) {
    long before = AllocatedBytes.soFar();
    read.run();
    return AllocatedBytes.soFar() - before;
  }
}
