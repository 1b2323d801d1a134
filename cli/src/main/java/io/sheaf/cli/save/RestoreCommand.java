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
import io.sheaf.engine.inspect.Finding;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
      "A newer backup whose record is damaged is passed over, unless --at gives an id; the report"
          + " names it.",
      "A restore that is cut short leaves no store; run it again."
    },
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_TEXT,
      "1:failed; one line on standard error says why. Or restored, but the records of newer backups"
          + " are damaged: the report names them",
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
          "Restore this backup, or the newest up to a time: 2026-01-31 (its beginning) or"
              + " 2026-01-31T12:00:00Z, in UTC. Default: the newest.")
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
    Path from = backups.path();
    try (BackupDirectory directory = BackupDirectory.open(fileSystem, from)) {
      Backup backup = backups.choose(directory, at);
      BackupRestore.restore(
          fileSystem, directory, backup, target, new StepLines(console, json)::show);
      List<Finding> passedOver = backups.passedOver(directory, backup, at);
      print(backup, target, passedOver);
      return passedOver.isEmpty() ? ExitCode.FINE : ExitCode.FINDINGS;
    } catch (IllegalArgumentException e) {
      throw backups.wrong("--into: " + e.getMessage());
    } catch (CorruptionException e) {
      throw new IOException(
          e.getMessage()
              + "; to see which backups are whole: ./sheaf backup verify --backup "
              + from
              + "; one of them is restored with --at ID",
          e);
    }
  }

  private void print(Backup backup, Path target, List<Finding> passedOver) {
    try (Report report = Report.begin(console, json)) {
      report.fields(
          Fields.of(
              "backup", backup.id(),
              "timeMillis", backup.timeMillis(),
              "files", backup.files().size(),
              "sizeBytes", backup.sizeBytes(),
              "restoredInto", target.toString()));
      report.findings(passedOver);
    }
  }
}
