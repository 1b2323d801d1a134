package io.sheaf.lsm.db;

import io.sheaf.lsm.wal.LogEnd;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Those who read the logs while they are written: how far they may read, and who waits for more.
 *
 * <p><b>Thread safety.</b> {@link #end} may be called by any thread; {@link #await}, {@link
 * #opened} and {@link #closed} take the lock of the write queue, the rest is called with it.
 */
final class LogFollowers {
  private final ReentrantLock lock;
  private final Condition advanced;
  private final Logs logs;
  private final Health health;
  private volatile LogEnd end;
  private int waiting;

  LogFollowers(ReentrantLock lock, Logs logs, Health health, long lastSequence) {
    this.lock = lock;
    this.advanced = lock.newCondition();
    this.logs = logs;
    this.health = health;
    this.end = logs.end(lastSequence);
  }

  /** How far the log holds what is visible. */
  LogEnd end() {
    return end;
  }

  /** Somebody begins to follow the logs: none of them is overwritten from now on. */
  void opened() {
    lock.lock();
    try {
      logs.tailOpened();
    } finally {
      lock.unlock();
    }
  }

  /** Somebody follows the logs no more. */
  void closed() {
    lock.lock();
    try {
      logs.tailClosed();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the log holds the write with {@code sequence}, and it is visible, or the store is
   * closed, or so many nanoseconds have passed.
   */
  void await(long sequence, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lock();
    try {
      waiting++;
      while (left > 0 && end.lastSequence() < sequence && !health.isClosed()) {
        left = advanced.awaitNanos(left);
      }
    } finally {
      waiting--;
      lock.unlock();
    }
  }

  /** The log holds all up to {@code sequence}, and it is visible. */
  void advance(long sequence) {
    end = logs.end(sequence);
    if (waiting > 0) {
      wakeAll();
    }
  }

  /** Lets all who wait look at the store's health. */
  void wakeAll() {
    advanced.signalAll();
  }
}
