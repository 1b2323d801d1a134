package io.sheaf.server.connection;

import io.sheaf.server.command.Dispatcher;
import io.sheaf.server.command.WriteBurst;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that execute commands. Each takes connections from one queue; what several
 * connections write is written together while more of them are ready.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who made it closes it.
 */
public final class Workers implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Workers.class);
  private static final Work STOP = burst -> {};

  private final Dispatcher dispatcher;
  private final LinkedBlockingQueue<Work> ready = new LinkedBlockingQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private final long drainMillis;
  private volatile boolean closed;

  /** Something to be done by a worker. */
  @FunctionalInterface
  interface Work {
    /** Does it; what it writes may stay in {@code burst}. */
    void run(WriteBurst burst);
  }

  /**
   * Begins to work.
   *
   * @param drainMillis how long {@link #close} waits for what runs
   */
  public Workers(int count, Dispatcher dispatcher, long drainMillis) {
    this.dispatcher = dispatcher;
    this.drainMillis = drainMillis;
    for (int i = 0; i < count; i++) {
      Thread thread = new Thread(this::work, "sheaf-worker-" + (i + 1));
      thread.setDaemon(true);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
  }

  /** Has {@code work} done; false: the workers stop, and it will not be. */
  boolean submit(Work work) {
    if (closed) {
      return false;
    }
    ready.add(work);
    return true;
  }

  /** Has tasks done beside connections; where the workers stop, by who brings them. */
  Executor executor() {
    return task -> {
      if (!submit(burst -> task.run())) {
        task.run();
      }
    };
  }

  private void work() {
    WriteBurst burst = dispatcher.newBurst();
    try {
      for (Work next = ready.take(); !next.equals(STOP); next = ready.take()) {
        run(next, burst);
        runMore(burst);
        run(dispatcher::finish, burst);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server stops, and something takes too long
    }
    ready.add(STOP); // for the next one
  }

  /** Runs what else is ready, so that it is written together with what was. */
  private void runMore(WriteBurst burst) {
    while (burst.takesMore()) {
      Work next = ready.poll();
      if (next == null) {
        return;
      }
      if (next.equals(STOP)) {
        ready.add(STOP);
        return;
      }
      run(next, burst);
    }
  }

  /** Does some work; no failure of it is the end of the thread, or clients would wait for ever. */
  private static void run(Work work, WriteBurst burst) {
    try {
      work.run(burst);
    } catch (RuntimeException | Error e) {
      LOGGER.error("A worker's task failed", e);
    }
  }

  /** Lets what is ready be done, and ends; what takes too long is interrupted. */
  @Override
  public void close() {
    closed = true;
    ready.add(STOP);
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(drainMillis);
    boolean interrupted = false;
    for (Thread thread : threads) {
      try {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
        if (thread.isAlive()) {
          thread.interrupt();
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
