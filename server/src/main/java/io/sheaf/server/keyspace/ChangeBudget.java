package io.sheaf.server.keyspace;

/**
 * What one transaction may change: as much as there is memory for, so that a request, or many
 * between MULTI and EXEC, is refused and does not fill the heap. Who changes much is told to say
 * so, before it does.
 *
 * <p><b>Thread safety.</b> One thread at a time.
 */
final class ChangeBudget {
  /** What a row, or a key, that is changed takes on the heap besides its value, about. */
  private static final long CHANGE_BYTES = 128;

  private static final long LARGE_BYTES = 4 << 20;

  private final Runnable whenLarge;
  private final long mostBytes;
  private long bytes;

  /** Half of the heap; {@code whenLarge} is run before much is changed. */
  ChangeBudget(Runnable whenLarge) {
    this(whenLarge, Runtime.getRuntime().maxMemory() / 2);
  }

  ChangeBudget(Runnable whenLarge, long mostBytes) {
    this.whenLarge = whenLarge;
    this.mostBytes = mostBytes;
  }

  /** Takes room for a row, or for a key, that is changed for the first time; see {@link #take}. */
  void takeOne() {
    take(CHANGE_BYTES);
  }

  /**
   * Takes room for so many bytes.
   *
   * @throws TooLargeException when there is none
   */
  void take(long more) {
    bytes += more;
    if (bytes > LARGE_BYTES) {
      whenLarge.run();
      if (bytes > mostBytes) {
        throw new TooLargeException(
            "too much is changed at once, more than half of the heap (-Xmx) has room for: do it in"
                + " parts");
      }
    }
  }
}
