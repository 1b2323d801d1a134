package io.sheaf.valuelog;

import io.sheaf.lsm.io.WritableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Syncs a file while its writer goes on, one sync at a time: the device is kept busy evenly, and
 * never more than two distances of syncs wait to be written.
 *
 * <p>A sync that failed is final: it is thrown at the next call, and who gets it must give up the
 * file, because a later sync says nothing about the bytes lost.
 *
 * <p><b>Thread safety.</b> One thread, the writer's.
 */
final class ConcurrentSync {
  private final Path path;
  private final WritableFile file;
  private final Executor executor;
  private @Nullable FutureTask<@Nullable Void> running;

  /** Syncs {@code file}, whose path is for errors, on {@code executor}. */
  ConcurrentSync(Path path, WritableFile file, Executor executor) {
    this.path = path;
    this.file = file;
    this.executor = executor;
  }

  /** Begins to sync what is written by now, after the sync begun before has ended. */
  void begin() throws IOException {
    await();
    Callable<@Nullable Void> sync =
        () -> {
          file.sync();
          return null;
        };
    FutureTask<@Nullable Void> task = new FutureTask<>(sync);
    running = task;
    executor.execute(task);
  }

  /** Waits for the sync that was begun, if any; does it here when no thread has come to it yet. */
  void await() throws IOException {
    FutureTask<@Nullable Void> task = running;
    if (task == null) {
      return;
    }
    task.run(); // nothing if another thread runs it or has run it
    boolean interrupted = false;
    try {
      while (true) {
        try {
          task.get();
          running = null;
          return;
        } catch (InterruptedException e) {
          interrupted = true; // the outcome of a sync must be known; the flag is set again below
        }
      }
    } catch (ExecutionException e) {
      throw new IOException("cannot sync " + path + ": " + e.getCause(), e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
