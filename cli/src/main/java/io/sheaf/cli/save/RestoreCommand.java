package io.sheaf.cli.save;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.Report;
import io.sheaf.cli.console.StepLines;
import io.sheaf.engine.Sheaf;
import io.sheaf.engine.backup.Backup;
import io.sheaf.engine.backup.BackupDirectory;
import io.sheaf.engine.backup.BackupRestore;
import io.sheaf.lsm.io.FileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Restores a backup. */
@Command(
    name = "restore",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Restore a store from a backup into another directory. Every file is compared with its checksum"
          + " while it is copied.",
      "A restore that is cut short leaves no store; run it again."
    },
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_TEXT,
      ExitCode.FAILED_TEXT,
      ExitCode.MISUSED_TEXT,
      BackupCommand.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf restore --backup /mnt/backups --at 7 --into messages")
public final class RestoreCommand implements Callable<Integer> {
  @Mixin private final BackupsOption backups = new BackupsOption();

  @Option(
      names = "--at",
      paramLabel = "ID",
      description =
          "Restore this backup, or the newest up to a time like 2026-01-31T12:00:00Z. Default: the"
              + " newest.")
  private @Nullable String at;

  @Option(
      names = "--into",
      required = true,
      paramLabel = "DIR2",
      description = "Directory of the store, missing or empty.")
  private @Nullable Path into;

  @Mixin private final JsonOption json = new JsonOption();

  private final Console console;

  /** A command that prints to {@code console}. */
  public RestoreCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    FileSystem fileSystem = Sheaf.components().fileSystem();
    Path target = Objects.requireNonNull(into);
    try (BackupDirectory directory = BackupDirectory.open(fileSystem, backups.path())) {
      Backup backup = backups.choose(directory, at);
      try {
        BackupRestore.restore(
            fileSystem, directory, backup, target, new StepLines(console, json)::show);
      } catch (IllegalArgumentException e) {
        throw backups.wrong("--into: " + e.getMessage());
      }
      try (Report report = Report.begin(console, json)) {
        report.fields(
            Fields.of(
                "backup", backup.id(),
                "timeMillis", backup.timeMillis(),
                "files", backup.files().size(),
                "sizeBytes", backup.sizeBytes(),
                "restoredInto", target.toString()));
      }
    }
    return ExitCode.FINE;
  }
}
