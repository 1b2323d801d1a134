package io.sheaf.server.acl;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/**
 * Slows who tries passwords: an address that was wrong several times waits before it may try again,
 * twice as long each time. What is right waits as well, so that nothing is learned meanwhile, but
 * for passwords that are known.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class PasswordTries {
  private static final int FREE = 5;
  private static final long FIRST_WAIT_NANOS = 1_000_000_000L;
  private static final int MOST_DOUBLINGS = 6;
  private static final long FORGOTTEN_NANOS = 600_000_000_000L;
  private static final int MOST_ADDRESSES = 10_000;

  private final LongSupplier nanoClock;

  /** By address, in the order of the last wrong try; guarded by this. */
  private final SequencedMap<String, Wrong> wrong = new LinkedHashMap<>();

  PasswordTries(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  private record Wrong(int times, long lastNanos) {
    /** How long to wait from the last wrong try on. */
    long waitNanos() {
      return times < FREE ? 0 : FIRST_WAIT_NANOS << Math.min(times - FREE, MOST_DOUBLINGS);
    }
  }

  /** How long this address has still to wait, in nanoseconds; 0: it may try. */
  synchronized long waitNanos(String address) {
    Wrong before = wrong.get(address);
    if (before == null) {
      return 0;
    }
    long since = nanoClock.getAsLong() - before.lastNanos();
    if (since > FORGOTTEN_NANOS) {
      wrong.remove(address);
      return 0;
    }
    return Math.max(0, before.waitNanos() - since);
  }

  /** It tried, and was wrong. */
  synchronized void wrong(String address) {
    Wrong before = wrong.remove(address);
    wrong.put(address, new Wrong(before == null ? 1 : before.times() + 1, nanoClock.getAsLong()));
    if (wrong.size() > MOST_ADDRESSES) {
      wrong.pollFirstEntry();
    }
  }

  /** It tried, and was right. */
  synchronized void right(String address) {
    wrong.remove(address);
  }
}
