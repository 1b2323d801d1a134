package io.sheaf.bench.phase;

import io.sheaf.cli.console.CommandFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that do the same thing side by side. */
final class ReaderThreads {
  /** As many as there are cores, two at most. */
  static final int COUNT = Math.min(2, Runtime.getRuntime().availableProcessors());

  private ReaderThreads() {}

  /** What one of the threads does. */
  interface Task {
    void run(int thread) throws CommandFailure, IOException, InterruptedException;
  }

  /** Runs {@code task} in each of the threads and waits for them; throws what the first threw. */
  static void run(int count, Task task) throws CommandFailure, IOException, InterruptedException {
    AtomicInteger number = new AtomicInteger();
    try (ExecutorService executor =
        Executors.newFixedThreadPool(
            count, job -> new Thread(job, "race-" + number.getAndIncrement()))) {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < count; thread++) {
        int id = thread;
        running.add(
            executor.submit(() -> {
              task.run(id);
              return null;
            }));
      }
      for (Future<?> one : running) {
        await(one);
      }
    }
  }

  private static void await(Future<?> one)
      throws CommandFailure, IOException, InterruptedException {
    try {
      one.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case CommandFailure failure -> throw failure;
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IllegalStateException("a reader failed", e);
      }
    }
  }
}
