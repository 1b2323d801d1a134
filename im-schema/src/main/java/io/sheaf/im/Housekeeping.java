package io.sheaf.im;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an IM store does on its own: writes the window, with a thread of its own, {@code
 * sheaf-im-window}, so that it comes when it is due; sends deferred messages, removes entries of
 * conversations that are gone, and makes the ends of queues outlive their events, {@code sheaf-im}.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who made it closes it.
 */
final class Housekeeping {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  /** The ends of queues are looked at so often while their events are kept. */
  private static final int PASSES = 16;

  private static final long DELIVER_MILLIS = 1000;
  private static final long STALE_MILLIS = 10_000;
  private static final long CLOSE_SECONDS = 60;

  /** The first time they are looked at: soon, as not every process lives for hours. */
  private static final long FIRST_PASS_MILLIS = 60_000;

  /**
   * What is gathered in a window is written in so many shares, one after the other: all at once
   * would take a core for a tenth of a second, from those who send and read.
   */
  private static final int SHARES = 16;

  private final ScheduledExecutorService window = executor("sheaf-im-window");
  private final ScheduledExecutorService executor = executor("sheaf-im");

  /** Something that is done again and again. */
  @FunctionalInterface
  interface Task {
    /** Does it. */
    void run() throws IOException;
  }

  /** Something of which a part is done at a time. */
  @FunctionalInterface
  interface SharedTask {
    /** Does this share, from 0 on, of so many that are all. */
    void run(int share, int shares) throws IOException;
  }

  Housekeeping(
      ImOptions options, SharedTask writeWindow, Task sealHeads, Task deliver, Task removeStale) {
    long windowMillis = options.window().toMillis();
    if (windowMillis > 0) {
      int shares = (int) Math.min(SHARES, windowMillis);
      AtomicInteger turn = new AtomicInteger();
      Task nextShare = () -> writeWindow.run(Math.floorMod(turn.getAndIncrement(), shares), shares);
      long everyMillis = windowMillis / shares;
      repeat(window, "writing read positions and notices", nextShare, everyMillis, everyMillis);
    }
    repeat(executor, "sending deferred messages", deliver, DELIVER_MILLIS, DELIVER_MILLIS);
    repeat(executor, "removing stale entries", removeStale, STALE_MILLIS, STALE_MILLIS);
    long passMillis = options.kept().events().toMillis() / PASSES;
    repeat(
        executor,
        "keeping the ends of queues",
        sealHeads,
        Math.min(FIRST_PASS_MILLIS, passMillis),
        passMillis);
  }

  /** Ends the threads. */
  void close() throws IOException {
    window.shutdown();
    executor.shutdown();
    try {
      if (!window.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)
          || !executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("the thread sheaf-im is still at work after " + CLOSE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the thread sheaf-im comes to its end", e);
    }
  }

  private static ScheduledExecutorService executor(String name) {
    return Executors.newSingleThreadScheduledExecutor(task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    });
  }

  private static void repeat(
      ScheduledExecutorService executor,
      String what,
      Task task,
      long firstMillis,
      long everyMillis) {
    // It never ends by itself, nor with an exception: run() takes them all.
    ScheduledFuture<?> _ =
        executor.scheduleWithFixedDelay(
            () -> run(what, task), firstMillis, everyMillis, TimeUnit.MILLISECONDS);
  }

  private static void run(String what, Task task) {
    try {
      task.run();
    } catch (IOException | RuntimeException | Error e) {
      LOG.warn("{} failed; it is tried again", what, e);
    }
  }
}
