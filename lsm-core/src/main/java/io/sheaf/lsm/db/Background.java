package io.sheaf.lsm.db;

import io.sheaf.lsm.io.BackgroundThread;
import io.sheaf.lsm.io.NoSpaceException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The two threads of an open store: one flushes memtables when woken, one hands buffered writes on
 * to the operating system at a fixed interval. Whatever goes wrong in either is told, and neither
 * ends by it.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class Background implements AutoCloseable {
  /** Does one piece of work. */
  @FunctionalInterface
  interface Work {
    /**
     * Returns whether there was any to do.
     *
     * @throws NoSpaceException when it is to be tried again in a while
     */
    boolean runOne() throws Exception;
  }

  /** Hands on what waits for it. */
  @FunctionalInterface
  interface HandOn {
    /** Does it, where there is something. */
    void run() throws IOException;
  }

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Work flush;
  private final HandOn handOn;
  private final long handOnMillis;
  private final Consumer<Throwable> failed;
  private final Thread flusher = BackgroundThread.of("sheaf-flush", this::flushLoop);
  private final Thread handing = new Thread(this::handOnLoop, "sheaf-log");
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean work;
  private boolean busy;
  private boolean waitsForRoom;
  private boolean stopped;

  Background(Work flush, HandOn handOn, long handOnMillis, Consumer<Throwable> failed) {
    this.flush = flush;
    this.handOn = handOn;
    this.handOnMillis = handOnMillis;
    this.failed = failed;
    handing.setDaemon(true);
  }

  void start() {
    flusher.start();
    handing.start();
  }

  /** Says that there may be memtables to flush. */
  void wake() {
    lock.lock();
    try {
      work = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until nothing is left to flush, or what is left has found no room. */
  void awaitIdle() throws InterruptedException {
    lock.lock();
    try {
      while (!stopped && !waitsForRoom && (work || busy)) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Stops both threads after what they are at. */
  @Override
  public void close() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    BackgroundThread.awaitEnd(flusher);
    BackgroundThread.awaitEnd(handing);
  }

  private void flushLoop() {
    while (awaitWork()) {
      try {
        if (flush.runOne()) {
          wake();
        }
      } catch (NoSpaceException e) {
        awaitRetry();
      } catch (Throwable e) {
        failed.accept(e);
      } finally {
        lock.lock();
        try {
          busy = false;
          changed.signalAll();
        } finally {
          lock.unlock();
        }
      }
    }
  }

  /** Lets some time pass; then there is work again. */
  private void awaitRetry() {
    lock.lock();
    try {
      waitsForRoom = true;
      changed.signalAll();
      long left = RETRY_NANOS;
      while (left > 0 && !stopped) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      stopped = true; // nobody interrupts this thread but a container that ends
    } finally {
      waitsForRoom = false;
      work = true;
      lock.unlock();
    }
  }

  private boolean awaitWork() {
    lock.lock();
    try {
      while (!work && !stopped) {
        changed.awaitUninterruptibly();
      }
      work = false;
      busy = !stopped;
      return busy;
    } finally {
      lock.unlock();
    }
  }

  private void handOnLoop() {
    while (pause()) {
      try {
        handOn.run();
      } catch (Throwable e) {
        failed.accept(e); // or writes would go on being acknowledged that nobody hands on
      }
    }
  }

  private boolean pause() {
    long left = TimeUnit.MILLISECONDS.toNanos(handOnMillis);
    lock.lock();
    try {
      while (left > 0 && !stopped) {
        left = changed.awaitNanos(left);
      }
      return !stopped;
    } catch (InterruptedException e) {
      return false; // nobody interrupts this thread but a container that ends
    } finally {
      lock.unlock();
    }
  }
}
