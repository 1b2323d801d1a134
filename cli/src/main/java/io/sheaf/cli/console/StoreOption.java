package io.sheaf.cli.console;

import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.io.FileNames;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the store which a command works on. */
public final class StoreOption {
  @Option(
      names = "--store",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the store.")
  private @Nullable Path directory;

  /** Without a directory, for picocli to fill. */
  public StoreOption() {}

  /** The directory. */
  public Path path() {
    return Objects.requireNonNull(directory);
  }

  /**
   * Opens the store that is there.
   *
   * @throws CommandFailure if there is none
   */
  public Db openExisting(DbOptions options) throws CommandFailure, IOException {
    Path path = path();
    if (!Files.exists(path)) {
      throw new CommandFailure(path + ": no such directory");
    }
    if (!looksLikeStore(path)) {
      throw new CommandFailure(path + " is not a Sheaf store: it has no file " + FileNames.CURRENT);
    }
    return Sheaf.open(path, options.withCreateIfMissing(false));
  }

  /** Opens the store, or makes the directory one if it is missing or empty. */
  public Db openOrCreate(DbOptions options) throws IOException {
    return Sheaf.open(path(), options.withCreateIfMissing(true));
  }

  /** Whether a file of a store is there; whether all of them are, the store says when opened. */
  private static boolean looksLikeStore(Path path) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (name.equals(FileNames.CURRENT) || FileNames.parse(name).isPresent()) {
          return true;
        }
      }
    }
    return false;
  }
}
