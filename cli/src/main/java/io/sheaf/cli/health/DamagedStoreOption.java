package io.sheaf.cli.health;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that names a store which is read file by file and not opened. */
final class DamagedStoreOption {
  @Option(
      names = "--store",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the store; it must not be open, and nothing in it is changed.")
  private @Nullable Path directory;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  DamagedStoreOption() {}

  /** The directory, which is there. */
  Path path() {
    Path path = Objects.requireNonNull(directory);
    if (!Files.isDirectory(path)) {
      throw wrong(path + (Files.exists(path) ? " is not a directory" : ": no such directory"));
    }
    return path;
  }

  /** What is thrown for an option that cannot be meant. */
  ParameterException wrong(String why) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), why);
  }
}
