package io.sheaf.lsm.compact;

import io.sheaf.lsm.io.BackgroundThread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/**
 * Runs the parts of one piece of work at the same time, the first on the caller's thread, and waits
 * for all of them, whatever becomes of one: they write files that somebody must answer for.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class SideBySide {
  private SideBySide() {}

  /**
   * The results in the order of the tasks. When one fails, the results of the others are dropped.
   *
   * @param threadName the threads' names but for their number
   * @throws IOException the first failure that is no cancellation, as it was; the same for
   *     unchecked
   */
  public static <T> List<T> run(List<FutureTask<T>> tasks, String threadName) throws IOException {
    return run(tasks, threadName, lost -> {});
  }

  /**
   * The same, for results that must be undone when another part failed.
   *
   * @param undo is given each result that is dropped, and the failure
   */
  public static <T> List<T> run(
      List<FutureTask<T>> tasks, String threadName, Consumer<Lost<T>> undo) throws IOException {
    for (int i = 1; i < tasks.size(); i++) {
      FutureTask<T> task = tasks.get(i);
      BackgroundThread.startOrRun(BackgroundThread.of(threadName + i, task), task);
    }
    tasks.getFirst().run();
    List<T> results = new ArrayList<>();
    Throwable failure = null;
    for (FutureTask<T> task : tasks) {
      try {
        results.add(uninterrupted(task));
      } catch (ExecutionException wrapped) {
        Throwable cause = wrapped.getCause() == null ? wrapped : wrapped.getCause();
        if (failure == null || failure instanceof CancellationException) {
          failure = cause;
        }
      }
    }
    if (failure == null) {
      return results;
    }
    for (T result : results) {
      undo.accept(new Lost<>(result, failure));
    }
    switch (failure) {
      case IOException cause -> throw cause;
      case RuntimeException cause -> throw cause;
      case Error cause -> throw cause;
      default -> throw new IllegalStateException(failure);
    }
  }

  /** A result that nobody gets, and why. */
  public record Lost<T>(T result, Throwable because) {}

  /** An interrupt does not cut the wait short; it is kept for the caller. */
  private static <T> T uninterrupted(FutureTask<T> task) throws ExecutionException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException later) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
