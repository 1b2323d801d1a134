package io.sheaf.torture.machine;

import io.sheaf.cli.console.DirectoryTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * A directory for a run's files, removed with it.
 *
 * <p><b>Ownership.</b> Who made it closes it.
 */
public final class Scratch implements AutoCloseable {
  private static final int REMOVAL_ATTEMPTS = 100;
  private static final long REMOVAL_PAUSE_NANOS = 10_000_000;

  private final Path directory;
  private final Leftovers.Leftover leftover;

  private Scratch(Path directory) {
    this.directory = directory;
    leftover = Leftovers.add(() -> removeInUse(directory));
  }

  /** A new directory below the system's temporary one. */
  public static Scratch create() throws IOException {
    return new Scratch(Files.createTempDirectory("sheaf-torture-"));
  }

  /** A path in it. */
  public Path resolve(String name) {
    return directory.resolve(name);
  }

  @Override
  public void close() {
    DirectoryTree.remove(directory);
    leftover.close();
  }

  /** Removes it while threads may still make files in it, which fail once it is gone. */
  private static void removeInUse(Path directory) {
    for (int attempt = 1; ; attempt++) {
      try {
        DirectoryTree.remove(directory);
        return;
      } catch (UncheckedIOException e) {
        if (attempt == REMOVAL_ATTEMPTS) {
          throw e;
        }
        LockSupport.parkNanos(REMOVAL_PAUSE_NANOS);
      }
    }
  }
}
