package io.sheaf.server.command;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps a log short where the same could be said of each command, as of a full device: a line of
 * each kind once in ten seconds, which tells how many were left out.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class SeldomLines {
  /** A line is not due. */
  static final long NOT_NOW = -1;

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final LongSupplier nanos;
  private final Map<Class<?>, Kind> kinds = new HashMap<>(); // guarded by this

  private static final class Kind {
    private final long lastNanos;
    private long leftOut;

    Kind(long lastNanos) {
      this.lastNanos = lastNanos;
    }
  }

  SeldomLines(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** How many lines of {@code kind} were left out since the last one, or {@link #NOT_NOW}. */
  synchronized long due(Class<?> kind) {
    long now = nanos.getAsLong();
    Kind before = kinds.get(kind);
    if (before != null && now - before.lastNanos < PAUSE_NANOS) {
      before.leftOut++;
      return NOT_NOW;
    }
    kinds.put(kind, new Kind(now));
    return before == null ? 0 : before.leftOut;
  }
}
