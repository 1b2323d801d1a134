package io.sheaf.cli.save;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.Report;
import io.sheaf.cli.console.StepLines;
import io.sheaf.engine.Sheaf;
import io.sheaf.engine.backup.Backup;
import io.sheaf.engine.backup.BackupCheck;
import io.sheaf.engine.backup.BackupDirectory;
import io.sheaf.engine.inspect.Finding;
import io.sheaf.lsm.io.FileSystem;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks backups. */
@Command(
    name = "verify",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Read every file of backups and compare it with its checksum: what is whole is restored as it"
          + " was backed up."
    },
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.FINE_TEXT,
      ExitCode.FINDINGS_TEXT,
      ExitCode.MISUSED_TEXT,
      BackupCommand.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf backup verify --backup /mnt/backups")
final class BackupVerifyCommand implements Callable<Integer> {
  @Mixin private final BackupsOption backups = new BackupsOption();

  @Option(
      names = "--at",
      paramLabel = "ID",
      description =
          "Check this backup, or the newest up to a time like 2026-01-31T12:00:00Z. Default: all.")
  private @Nullable String at;

  @Mixin private final JsonOption json = new JsonOption();

  private final Console console;

  BackupVerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    FileSystem fileSystem = Sheaf.components().fileSystem();
    try (BackupDirectory directory = BackupDirectory.open(fileSystem, backups.path())) {
      if (directory.backups().isEmpty() && directory.damages().isEmpty()) {
        throw backups.wrong("there is no backup in " + backups.path());
      }
      List<Backup> checked =
          at == null ? directory.backups() : List.of(backups.choose(directory, at));
      List<Finding> findings =
          BackupCheck.check(fileSystem, directory, checked, new StepLines(console, json)::show);
      print(checked, findings);
      return findings.isEmpty() ? ExitCode.FINE : ExitCode.FINDINGS;
    }
  }

  private void print(List<Backup> checked, List<Finding> findings) {
    try (Report report = Report.begin(console, json)) {
      report.field("backupsChecked", checked.size());
      report.field(
          "filesChecked",
          checked.stream()
              .flatMap(backup -> backup.files().stream())
              .map(Backup.BackupFile::checksum)
              .distinct()
              .count());
      report.findings(findings);
    }
  }
}
