package io.sheaf.torture.machine;

import io.sheaf.cli.console.DirectoryTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory for a run's files, removed with it.
 *
 * <p><b>Ownership.</b> Who made it closes it.
 */
public final class Scratch implements AutoCloseable {
  private final Path directory;

  private Scratch(Path directory) {
    this.directory = directory;
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
  }
}
