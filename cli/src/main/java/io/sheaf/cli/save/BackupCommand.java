package io.sheaf.cli.save;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.Report;
import io.sheaf.cli.console.StepLines;
import io.sheaf.engine.Sheaf;
import io.sheaf.engine.backup.StoreBackup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Backs a store up. */
@Command(
    name = "backup",
    sortOptions = false,
    synopsisSubcommandLabel = "[COMMAND]",
    descriptionHeading = "%n",
    description = {
      "Back a store up into a directory of backups: files that an earlier backup has are not copied"
          + " again; they are known by the SHA-256 of their content.",
      "The store may be open in another process and goes on: what it has acknowledged (but BUFFERED"
          + " writes of the last moment) is in the backup.",
      "A backup that is cut short leaves those before it as they are, and never passes for one."
    },
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_TEXT,
      "1:failed; one line on standard error says why. Or backed up, but the records of other backups"
          + " are damaged: the report names them",
      ExitCode.MISUSED_TEXT,
      BackupCommand.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf backup --store messages --backup /mnt/backups --keep 7")
public final class BackupCommand implements Callable<Integer> {
  /** What {@link ExitCode#IN_USE} means for backups. */
  static final String IN_USE_TEXT =
      "3:another process uses the directory of backups; the store may be in use";

  @Mixin private final ReadStoreOption store = new ReadStoreOption();

  @Option(
      names = "--backup",
      paramLabel = "DIR",
      description = "Directory of the backups; made where it is missing.")
  private @Nullable Path backups;

  @Option(
      names = "--keep",
      paramLabel = "N",
      description =
          "Keep the newest N backups, this one included, and remove those before. Default: all.")
  private int keep = Integer.MAX_VALUE;

  @Option(
      names = "--read-all",
      description =
          "Read every file of the store, and the copy that the backups have of it: a damaged one is"
              + " made anew. Otherwise a file is not read whose number in the file system, length and"
              + " time of change are as the last backup found them.")
  private boolean readAll;

  @Mixin private final JsonOption json = new JsonOption();

  private final Console console;

  private BackupCommand(Console console) {
    this.console = console;
  }

  /** The command with its commands, which print to {@code console}. */
  public static CommandLine of(Console console) {
    CommandLine backup = new CommandLine(new BackupCommand(console));
    backup.addSubcommand(new BackupListCommand(console));
    backup.addSubcommand(new BackupVerifyCommand(console));
    return backup;
  }

  @Override
  public Integer call() throws IOException {
    Path source = store.path();
    Path target = backups;
    if (target == null) {
      throw store.wrong("Missing required option: '--backup=DIR'");
    }
    if (keep < 1) {
      throw store.wrong("--keep must be at least 1, not " + keep);
    }
    store.checkOutside("--backup", target);
    StoreBackup.Result result =
        StoreBackup.make(
            Sheaf.components(),
            source,
            target,
            keep,
            readAll,
            System.currentTimeMillis(),
            new StepLines(console, json)::show);
    try (Report report = Report.begin(console, json)) {
      report.fields(
          Fields.of(
              "backup", result.backup().id(),
              "store", source.toString(),
              "timeMillis", result.backup().timeMillis(),
              "files", result.backup().files().size(),
              "sizeBytes", result.backup().sizeBytes(),
              "copiedBytes", result.copiedBytes(),
              "backupsKept", result.kept().size()));
      report.findings(result.findings());
    }
    return result.findings().isEmpty() ? ExitCode.FINE : ExitCode.FINDINGS;
  }
}
