package io.sheaf.cli.console;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that names a store which is read file by file and not opened. */
public final class ClosedStoreOption {
  @Option(
      names = "--store",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the store; it must not be open, and nothing in it is changed.")
  private @Nullable Path directory;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  /** Without a directory, for picocli to fill. */
  public ClosedStoreOption() {}

  /** The directory, with files of a store in it. */
  public Path path() {
    return StorePath.existing(Objects.requireNonNull(directory), spec);
  }

  /** Refuses {@code target}, which {@code option} names, where it lies within the store. */
  public void checkOutside(String option, Path target) throws IOException {
    StorePath.checkOutside(path(), target, option, spec);
  }

  /** What is thrown for an option that cannot be meant. */
  public ParameterException wrong(String why) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), why);
  }
}
