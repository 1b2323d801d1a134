package io.sheaf.im.limit;

import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Numbers of the rows of a queue of messages that have time: gives them out, and says without a
 * look at the rows up to which of them something is to be sent.
 *
 * <p>For each second to come in which a deadline lies it knows the highest number: some thousand
 * seconds, as no message waits longer than an hour, if {@link #highestDue} is asked again and
 * again, which forgets those that have passed. That is noted before a row is there and never taken
 * back, so no row is ever forgotten; a number whose row is gone or was never written only lets
 * those before it go a little earlier.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class DeferredNumbers {
  private static final int MILLIS_A_SECOND = 1000;

  private final TreeSet<Long> underWay = new TreeSet<>();
  private final TreeMap<Long, Long> highestBySecond = new TreeMap<>();
  private long last;
  private long lastDue;

  /** Numbers go on behind {@code last}. */
  DeferredNumbers(long last) {
    this.last = last;
  }

  /** The deadline of a row that an earlier opening has left. */
  synchronized void found(long number, long deadlineMillis) {
    note(number, deadlineMillis);
  }

  /** A number for a row that is to be written. */
  synchronized long next(long deadlineMillis) {
    last++;
    underWay.add(last);
    note(last, deadlineMillis);
    return last;
  }

  /** The row of a number was written, or never will be. */
  synchronized void settled(long number) {
    underWay.remove(number);
  }

  /** Rows that are not there yet will have this number or a higher one. */
  synchronized long lowestToCome() {
    return underWay.isEmpty() ? last + 1 : underWay.first();
  }

  /** The highest number with a deadline up to this time, to the second; 0: there was none. */
  synchronized long highestDue(long deadlineMillis) {
    long second = deadlineMillis / MILLIS_A_SECOND;
    while (!highestBySecond.isEmpty() && highestBySecond.firstKey() <= second) {
      lastDue = Math.max(lastDue, highestBySecond.pollFirstEntry().getValue());
    }
    return lastDue;
  }

  /** Number of seconds that are known, for checks. */
  synchronized int seconds() {
    return highestBySecond.size();
  }

  private void note(long number, long deadlineMillis) {
    highestBySecond.merge(deadlineMillis / MILLIS_A_SECOND, number, Math::max);
  }
}
