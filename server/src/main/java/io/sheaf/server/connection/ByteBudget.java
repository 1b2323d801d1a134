package io.sheaf.server.connection;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that all connections together hold: requests that have come and are not executed, replies
 * that are not sent. While there are more than allowed nothing more is read.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class ByteBudget {
  private static final int SHARES = 8;

  private final long limitBytes;
  private final AtomicLong held = new AtomicLong();

  /** Allows {@code limitBytes}. */
  public ByteBudget(long limitBytes) {
    if (limitBytes < 1) {
      throw new IllegalArgumentException("a budget of " + limitBytes + " bytes holds nothing");
    }
    this.limitBytes = limitBytes;
  }

  void add(long bytes) {
    held.addAndGet(bytes);
  }

  void release(long bytes) {
    held.addAndGet(-bytes);
  }

  /** Whether more is held than allowed. */
  boolean isExceeded() {
    return held.get() > limitBytes;
  }

  /** Whether a connection that holds {@code bytes} is too large while the budget is exceeded. */
  boolean isTooMuchForOne(long bytes) {
    return isExceeded() && bytes > limitBytes / SHARES;
  }

  /** What is held, in bytes. */
  public long heldBytes() {
    return held.get();
  }

  /** What is allowed, in bytes. */
  public long limitBytes() {
    return limitBytes;
  }
}
