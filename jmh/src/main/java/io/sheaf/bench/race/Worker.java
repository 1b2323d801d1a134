package io.sheaf.bench.race;

import io.sheaf.bench.limit.MemoryGroup;
import io.sheaf.cli.console.DirectoryTree;
import io.sheaf.cli.console.ExitHook;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process of a worker, with what was made for it: a memory control group and a store.
 *
 * <p><em>Thread safety:</em> one thread reads its lines; any may close it.
 *
 * <p><em>Ownership:</em> who started it closes it. That ends the process, and removes the group
 * and, unless {@link #keepStore} was called, the store. All of it is done too when the JVM is told
 * to exit.
 */
final class Worker implements AutoCloseable {
  /**
   * Arenas of glibc's malloc. With as many as it likes, what is allocated in one and freed in
   * another wastes so much that RocksDB outgrows its group; its experts would set this, or another
   * malloc.
   */
  private static final String ARENAS = "2";

  private final @Nullable MemoryGroup group;
  private final Path store;
  private final Process process;
  private final BufferedReader lines;
  private final ExitHook hook;
  private boolean storeKept;
  private boolean closed;
  private volatile boolean exiting;

  private Worker(@Nullable MemoryGroup group, Path store, Process process) {
    this.group = group;
    this.store = store;
    this.process = process;
    this.lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.hook = new ExitHook("sheaf-bench-end", this::exit);
  }

  /**
   * Starts a worker.
   *
   * @param command that runs it
   * @param group that holds it; closed with the worker, also where this fails
   * @param store directory that it makes and fills
   * @param log file for what it prints to standard error
   */
  static Worker start(List<String> command, @Nullable MemoryGroup group, Path store, Path log)
      throws IOException {
    Process process = null;
    try {
      ProcessBuilder builder =
          new ProcessBuilder(group == null ? command : group.command(command))
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().put("MALLOC_ARENA_MAX", ARENAS);
      process = builder.start();
      process.getOutputStream().close();
      return new Worker(group, store, process);
    } catch (IOException | RuntimeException e) {
      if (process != null) {
        process.destroyForcibly();
      }
      if (group != null) {
        group.close();
      }
      throw e;
    }
  }

  /** The next line that the worker says; null when it has ended. */
  @Nullable String nextLine() throws IOException {
    try {
      return lines.readLine();
    } catch (IOException e) {
      if (exiting) {
        return null;
      }
      throw e;
    }
  }

  /** The exit code, once it has ended. */
  int await() throws InterruptedException {
    return process.waitFor();
  }

  /** Whether it was ended because this JVM was told to exit. */
  boolean isInterrupted() {
    return exiting;
  }

  /** Whether it was killed because it wanted more memory than it may have. */
  boolean killedForMemory() {
    return group != null && group.killedForMemory();
  }

  /** Leaves the store where it is. */
  synchronized void keepStore() {
    storeKept = true;
  }

  @Override
  public void close() throws IOException {
    hook.close();
    end();
  }

  private void exit() {
    exiting = true;
    try {
      end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void end() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    process.destroyForcibly();
    process.onExit().join();
    try {
      if (!storeKept) {
        DirectoryTree.remove(store);
      }
    } finally {
      if (group != null) {
        group.close();
      }
    }
  }
}
