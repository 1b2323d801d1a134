package io.sheaf.server.command;

import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.io.NoSpaceException;
import io.sheaf.server.keyspace.TooLargeException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client is told where the store fails under its command, or the command itself; and what an
 * operator is.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class CommandFailures {
  private static final Logger LOGGER = LoggerFactory.getLogger(CommandFailures.class);

  /** For so long a refused write is told to who asks why writes are slow. */
  private static final long RECENT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Db db;
  private final LongSupplier nanos;
  private final SeldomLines lines;
  private final LongAdder refused = new LongAdder();
  private volatile @Nullable Refusal last;

  private record Refusal(long atNanos, String why) {}

  /** Of commands on {@code db}. */
  CommandFailures(Db db, LongSupplier nanos) {
    this.db = db;
    this.nanos = nanos;
    this.lines = new SeldomLines(nanos);
  }

  /** What a client is told of an Error, or of a fault of ours. */
  static String internal(Throwable failure) {
    return "ERR internal error: " + failure;
  }

  /** What a client is told; it is logged too, but not for each command again. */
  String told(Exception failure) {
    if (failure instanceof TooLargeException) {
      return "ERR " + failure.getMessage();
    }
    long leftOut = lines.due(failure.getClass());
    if (failure instanceof NoSpaceException) {
      refused.increment();
      last = new Refusal(nanos.getAsLong(), String.valueOf(failure.getMessage()));
      if (leftOut != SeldomLines.NOT_NOW) {
        LOGGER.warn(
            "A write is refused, as the device is full ({} more before): {}",
            leftOut,
            failure.getMessage());
      }
      return "MISCONF The device is full, so nothing is written; reads and deletes go on: "
          + failure.getMessage();
    }
    if (leftOut != SeldomLines.NOT_NOW) {
      LOGGER.error("A command failed ({} more before)", leftOut, failure);
    }
    if (db.failure().isPresent()) {
      return "MISCONF " + readOnly() + " Open it again once the cause is removed.";
    }
    return failure instanceof IOException ? "ERR the store failed: " + failure : internal(failure);
  }

  private String readOnly() {
    return "The store takes no writes since writing its log failed, reads go on: "
        + db.failure().map(Throwable::getMessage).orElse("")
        + ".";
  }

  /** How many writes were refused because the device was full. */
  public long refusedForSpace() {
    return refused.sum();
  }

  /** Why writes are refused, or were a short while ago. */
  public Optional<String> whyRefused() {
    if (db.failure().isPresent()) {
      return Optional.of(readOnly());
    }
    Refusal refusal = last;
    long ago = refusal == null ? RECENT_NANOS : nanos.getAsLong() - refusal.atNanos();
    return refusal == null || ago >= RECENT_NANOS
        ? Optional.empty()
        : Optional.of(
            "a write was refused "
                + TimeUnit.NANOSECONDS.toSeconds(ago)
                + " s ago, as the device is full: "
                + refusal.why());
  }
}
