package io.sheaf.im.table;

import java.time.Duration;

/**
 * How long rows are kept that need not be kept for ever.
 *
 * @param events of sync queues
 * @param devices that do not show up any more
 * @param answers to sends, by which retries are known
 * @param messages {@link Duration#ZERO}: for ever
 */
public record Kept(Duration events, Duration devices, Duration answers, Duration messages) {
  private static final Duration LEAST = Duration.ofMinutes(10);

  /** Checks each of them. */
  public Kept {
    check("events", events);
    check("devices", devices);
    check("answers", answers);
    if (!messages.isZero()) {
      check("messages", messages);
    }
  }

  private static void check(String what, Duration kept) {
    if (kept.compareTo(LEAST) < 0) {
      throw new IllegalArgumentException(
          what + " are kept for at least " + LEAST + ", not for " + kept);
    }
  }
}
