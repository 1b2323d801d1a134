package io.sheaf.cli.console;

import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.LogRetention;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The option that names the store which a command works on. Logs that are kept there for who
 * follows the store stay.
 */
public final class StoreOption {
  @Option(
      names = "--store",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the store.")
  private @Nullable Path directory;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  /** Without a directory, for picocli to fill. */
  public StoreOption() {}

  /** The directory. */
  public Path path() {
    return Objects.requireNonNull(directory);
  }

  /**
   * The directory, with files of a store in it.
   *
   * @throws picocli.CommandLine.ParameterException if there is none
   */
  public Path existing() {
    return StorePath.existing(path(), spec);
  }

  /**
   * Opens the store that is there.
   *
   * @throws picocli.CommandLine.ParameterException if there is none
   */
  public Db openExisting(DbOptions options) throws IOException {
    return open(existing(), options.withCreateIfMissing(false));
  }

  /** Opens the store, or makes the directory one if it is missing or empty. */
  public Db openOrCreate(DbOptions options) throws IOException {
    return open(path(), options.withCreateIfMissing(true));
  }

  private static Db open(Path directory, DbOptions options) throws IOException {
    return Sheaf.open(directory, options.withLogRetention(LogRetention.AS_FOUND));
  }
}
