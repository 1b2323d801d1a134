package io.sheaf.cli;

import io.sheaf.testdata.GoldenStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A golden store as a directory of its own. */
public final class GoldenDirectory {
  private GoldenDirectory() {}

  /** Copies the golden store {@code name} into a new directory below {@code parent}. */
  public static Path copy(String name, Path parent) throws IOException {
    Path directory = Files.createDirectory(parent.resolve(name.replaceFirst(".*/", "")));
    GoldenStore store = GoldenStore.of(name);
    for (String file : store.files()) {
      Files.write(directory.resolve(file), store.content(file));
    }
    return directory;
  }
}
