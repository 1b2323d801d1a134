package io.sheaf.cli.demo;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.DirectoryTree;
import io.sheaf.cli.console.EmptyDirectory;
import io.sheaf.cli.console.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a demo puts its store: a directory that the user names, which stays, or one under the
 * temporary directory, which is removed, also when the demo is interrupted.
 *
 * <p><em>Thread safety:</em> none.
 *
 * <p><em>Ownership:</em> who opened it closes it, after the store in it.
 */
final class DemoDirectory implements AutoCloseable {
  private final Path path;
  private final @Nullable Thread removal;

  private DemoDirectory(Path path, boolean removed) {
    this.path = path;
    this.removal =
        removed ? new Thread(() -> DirectoryTree.remove(path), "sheaf-demo-removal") : null;
    if (removal != null) {
      Runtime.getRuntime().addShutdownHook(removal);
    }
  }

  /**
   * A directory for a store.
   *
   * @param named by the user; null: under the temporary directory
   * @param kept whether a temporary directory stays too
   * @param neededBytes space that the store will take
   * @throws CommandFailure if it is not empty, or has too little space
   */
  static DemoDirectory open(@Nullable Path named, boolean kept, long neededBytes)
      throws CommandFailure, IOException {
    if (named == null) {
      DemoDirectory directory = new DemoDirectory(Files.createTempDirectory("sheaf-demo-"), !kept);
      try {
        directory.checkSpace(neededBytes);
      } catch (CommandFailure | IOException e) {
        directory.close();
        throw e;
      }
      return directory;
    }
    if (Files.exists(named) && !EmptyDirectory.isEmptyOrMissing(named)) {
      throw new CommandFailure(named + " is not empty: give an empty or a new directory");
    }
    Files.createDirectories(named);
    DemoDirectory directory = new DemoDirectory(named, false);
    directory.checkSpace(neededBytes);
    return directory;
  }

  Path path() {
    return path;
  }

  /** Whether the directory is removed at the end. */
  boolean isRemoved() {
    return removal != null;
  }

  @Override
  public void close() {
    if (removal != null && Runtime.getRuntime().removeShutdownHook(removal)) {
      DirectoryTree.remove(path);
    }
  }

  private void checkSpace(long neededBytes) throws CommandFailure, IOException {
    long usable = Files.getFileStore(path).getUsableSpace();
    if (usable < neededBytes) {
      throw new CommandFailure(
          path
              + " has "
              + Figures.bytes(usable)
              + " left and the demo may need "
              + Figures.bytes(neededBytes)
              + ": give another directory with --dir, or fewer --rows");
    }
  }
}
