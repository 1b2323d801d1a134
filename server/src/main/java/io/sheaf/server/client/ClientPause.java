package io.sheaf.server.client;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * CLIENT PAUSE: requests wait, without a thread, until the time is over or somebody ends it.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class ClientPause {
  /** Timers are not taken back: one of a pause of years would stay when it is long over. */
  private static final long LONGEST_TIMER_MILLIS = 10_000;

  private final LongSupplier nanos;
  private final Timer timer;

  /** Those that wait, by what has them go on. */
  private final Map<Runnable, Client> waiting = new ConcurrentHashMap<>();

  private volatile State state = State.OFF;

  /** What waits. */
  public enum What {
    /** Nothing. */
    NOTHING,
    /** Requests that write. */
    WRITES,
    /** All requests. */
    ALL
  }

  private record State(What what, long endNanos) {
    static final State OFF = new State(What.NOTHING, 0);
  }

  /** Runs something later. */
  @FunctionalInterface
  public interface Timer {
    /** Runs {@code task}, once, after a time. */
    void after(Runnable task, long millis);
  }

  /**
   * Off.
   *
   * @param nanos the time, as System.nanoTime tells it
   */
  public ClientPause(LongSupplier nanos, Timer timer) {
    this.nanos = nanos;
    this.timer = timer;
  }

  /** Begins, or goes on for longer: never less, and not for fewer requests, than before. */
  public void begin(What what, long millis) {
    long end = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
    synchronized (this) {
      State before = state;
      boolean isOn = before.what() != What.NOTHING;
      state =
          new State(
              isOn && before.what() == What.ALL ? What.ALL : what,
              isOn && before.endNanos() - end > 0 ? before.endNanos() : end);
    }
    lookLater(end);
  }

  /** For who has begun it until {@code endNanos}: one timer at a time, and none for long. */
  private void lookLater(long endNanos) {
    long left = TimeUnit.NANOSECONDS.toMillis(endNanos - nanos.getAsLong()) + 1;
    timer.after(() -> endIfOver(endNanos), Math.clamp(left, 0, LONGEST_TIMER_MILLIS));
  }

  private void endIfOver(long endNanos) {
    State now = state;
    if (now.what() == What.NOTHING || now.endNanos() != endNanos) {
      return; // it was ended, or goes on for longer: who let it has a timer, too
    }
    if (endNanos - nanos.getAsLong() <= 0) {
      end();
    } else {
      lookLater(endNanos);
    }
  }

  /** Ends it. */
  public void end() {
    synchronized (this) {
      state = State.OFF;
    }
    for (Runnable resume : waiting.keySet()) {
      goOn(resume);
    }
  }

  private void goOn(Runnable resume) {
    Client client = waiting.remove(resume);
    if (client != null) {
      client.paused(false);
      resume.run();
    }
  }

  /** What waits now. */
  public What what() {
    return state.what();
  }

  /** For how long still, in milliseconds. */
  public long leftMillis() {
    State now = state;
    return now.what() == What.NOTHING
        ? 0
        : Math.max(0, TimeUnit.NANOSECONDS.toMillis(now.endNanos() - nanos.getAsLong()));
  }

  /** Whether a request waits. */
  public boolean holds(boolean writes) {
    What what = state.what();
    return what == What.ALL || (what == What.WRITES && writes);
  }

  /**
   * Has {@code resume} run when the request of {@code client} may be executed; false: it may now,
   * and nothing is run.
   */
  public boolean await(Client client, boolean writes, Runnable resume) {
    client.paused(true);
    waiting.put(resume, client);
    if (holds(writes)) { // asked again, as it may have ended meanwhile
      return true;
    }
    client.paused(false);
    return waiting.remove(resume) == null; // else who has ended it runs it
  }

  /** A client is gone: nothing waits for it any more. */
  public void forget(Runnable resume) {
    waiting.remove(resume);
  }
}
