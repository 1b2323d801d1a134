package io.sheaf.im.table;

import java.time.Duration;

/**
 * How long rows are kept that need not be kept for ever.
 *
 * @param events of sync queues
 * @param devices that do not show up any more
 * @param answers to sends, by which retries are known: a day or more
 * @param messages {@link Duration#ZERO}: for ever
 */
public record Kept(Duration events, Duration devices, Duration answers, Duration messages) {
  private static final Duration LEAST = Duration.ofMinutes(10);

  /** A client that was switched off for a day tries again. */
  private static final Duration LEAST_ANSWERS = Duration.ofDays(1);

  /** Checks each of them. */
  public Kept {
    check("events", events, LEAST);
    check("devices", devices, LEAST);
    check("answers", answers, LEAST_ANSWERS);
    if (!messages.isZero()) {
      check("messages", messages, LEAST);
    }
  }

  private static void check(String what, Duration kept, Duration least) {
    if (kept.compareTo(least) < 0) {
      throw new IllegalArgumentException(
          what + " are kept for at least " + least + ", not for " + kept);
    }
  }
}
