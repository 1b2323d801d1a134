package io.sheaf.cli.save;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.EmptyDirectory;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.Report;
import io.sheaf.cli.measure.DiskBytes;
import io.sheaf.engine.Sheaf;
import io.sheaf.engine.backup.StoreCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a second store of one by hard links. */
@Command(
    name = "checkpoint",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Make another directory on the same device a store of its own with what this one holds now:"
          + " SSTables and value files by hard links, logs by copies. It takes a moment and no room.",
      "The store may be open in another process and goes on: what it has acknowledged (but BUFFERED"
          + " writes of the last moment) is in the copy. A copy of an open store is what the other"
          + " commands can work on."
    },
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_TEXT,
      ExitCode.FAILED_TEXT,
      ExitCode.MISUSED_TEXT,
      CheckpointCommand.NOT_IN_USE
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf checkpoint --store messages --into messages-now")
public final class CheckpointCommand implements Callable<Integer> {
  static final String NOT_IN_USE = "3:never: a store that is in use is read all the same";

  @Mixin private final ReadStoreOption store = new ReadStoreOption();

  @Option(
      names = "--into",
      required = true,
      paramLabel = "DIR2",
      description = "Directory of the copy, missing or empty, on the same device.")
  private @Nullable Path into;

  @Mixin private final JsonOption json = new JsonOption();

  private final Console console;

  /** A command that prints to {@code console}. */
  public CheckpointCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Path source = store.path();
    Path target = Objects.requireNonNull(into);
    if (!EmptyDirectory.isEmptyOrMissing(target)) {
      throw store.wrong("--into must name a directory that is missing or empty, not " + target);
    }
    store.checkOutside("--into", target);
    StoreCheckpoint.make(Sheaf.components(), source, target);
    try (Report report = Report.begin(console, json)) {
      DiskBytes size = DiskBytes.of(target);
      report.fields(
          Fields.of(
              "store",
              source.toString(),
              "checkpoint",
              target.toString(),
              "keyFileBytes",
              size.keyFiles(),
              "valueFileBytes",
              size.valueFiles(),
              "logBytes",
              size.logs()));
    }
    return ExitCode.FINE;
  }
}
