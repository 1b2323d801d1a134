package io.sheaf.cli.save;

import io.sheaf.cli.console.StorePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that names a store which is copied, open or not. */
final class ReadStoreOption {
  @Option(
      names = "--store",
      paramLabel = "DIR",
      description = "Directory of the store; it may be open in another process.")
  private @Nullable Path directory;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  ReadStoreOption() {}

  /** The directory, with files of a store in it. */
  Path path() {
    Path path = directory;
    if (path == null) {
      throw wrong("Missing required option: '--store=DIR'");
    }
    return StorePath.existing(path, spec);
  }

  /** Refuses {@code target}, which {@code option} names, where it lies within the store. */
  void checkOutside(String option, Path target) throws IOException {
    StorePath.checkOutside(path(), target, option, spec);
  }

  /** What is thrown for an option that cannot be meant. */
  ParameterException wrong(String why) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), why);
  }
}
