package io.sheaf.im;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an IM store does on its own: writes the window, sends deferred messages, and makes the ends
 * of queues outlive their events. One thread, {@code sheaf-im}.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who made it closes it.
 */
final class Housekeeping {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  /** The ends of queues are looked at so often while their events are kept. */
  private static final int PASSES = 16;

  private static final long DELIVER_MILLIS = 1000;
  private static final long CLOSE_SECONDS = 60;

  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sheaf-im");
        thread.setDaemon(true);
        return thread;
      });
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Something that is done again and again. */
  @FunctionalInterface
  interface Task {
    /** Does it. */
    void run() throws IOException;
  }

  Housekeeping(ImOptions options, Task writeWindow, Task sealHeads, Task deliver) {
    long windowMillis = options.window().toMillis();
    if (windowMillis > 0) {
      repeat("writing read positions and notices", writeWindow, windowMillis);
    }
    repeat("sending deferred messages", deliver, DELIVER_MILLIS);
    repeat("keeping the ends of queues", sealHeads, options.kept().events().toMillis() / PASSES);
  }

  /** Ends the thread; false where it was ended before. */
  boolean close() throws IOException {
    if (closed.getAndSet(true)) {
      return false;
    }
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("the thread sheaf-im is still at work after " + CLOSE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the thread sheaf-im comes to its end", e);
    }
    return true;
  }

  private void repeat(String what, Task task, long everyMillis) {
    // It never ends by itself, nor with an exception: run() takes them all.
    ScheduledFuture<?> _ =
        executor.scheduleWithFixedDelay(
            () -> run(what, task), everyMillis, everyMillis, TimeUnit.MILLISECONDS);
  }

  private static void run(String what, Task task) {
    try {
      task.run();
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} failed; it is tried again", what, e);
    }
  }
}
