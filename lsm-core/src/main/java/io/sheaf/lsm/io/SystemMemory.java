package io.sheaf.lsm.io;

/**
 * Memory off the heap, as the operating system sees it.
 *
 * <p>What a store frees goes to the C library, which keeps it for the next who asks: after a load
 * with a large write buffer a process held 570 MB that nobody used, and under a limit for all its
 * memory the page cache had as much less to keep files in.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 *
 * <p><b>Source.</b> malloc_trim(3).
 */
public final class SystemMemory {
  /** Less is not worth the call. */
  private static final long LEAST_BYTES = 16L << 20;

  private SystemMemory() {}

  /**
   * Gives free memory of the whole process back to the operating system, where that is possible
   * (glibc, and native access for this module) and {@code freedBytes}, which the caller has just
   * freed, are worth it. Takes about 0.1 ms for each MB; who allocates meanwhile may have to wait.
   */
  public static void giveBack(long freedBytes) {
    LinuxCalls calls = LinuxCalls.available();
    if (calls != null && freedBytes >= LEAST_BYTES) {
      calls.trimMemory();
    }
  }
}
