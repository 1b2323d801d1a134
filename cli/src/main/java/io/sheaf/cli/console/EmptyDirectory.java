package io.sheaf.cli.console;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a directory is free to become a store. */
public final class EmptyDirectory {
  private EmptyDirectory() {}

  /**
   * Whether there is nothing at {@code path}, or a directory without entries.
   *
   * @throws java.nio.file.NotDirectoryException if there is a file
   */
  public static boolean isEmptyOrMissing(Path path) throws IOException {
    if (!Files.exists(path)) {
      return true;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      return !entries.iterator().hasNext();
    }
  }
}
