package io.sheaf.cli.save;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.Report;
import io.sheaf.engine.Sheaf;
import io.sheaf.engine.backup.Backup;
import io.sheaf.engine.backup.BackupDirectory;
import io.sheaf.engine.inspect.Finding;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists backups. */
@Command(
    name = "list",
    sortOptions = false,
    descriptionHeading = "%n",
    description = "List the backups in a directory, oldest first.",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.FINE_TEXT,
      ExitCode.FINDINGS_TEXT,
      ExitCode.MISUSED_TEXT,
      BackupCommand.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf backup list --backup /mnt/backups")
final class BackupListCommand implements Callable<Integer> {
  @Mixin private final BackupsOption backups = new BackupsOption();
  @Mixin private final JsonOption json = new JsonOption();

  private final Console console;

  BackupListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (BackupDirectory directory =
            BackupDirectory.open(Sheaf.components().fileSystem(), backups.path());
        Report report = Report.begin(console, json)) {
      report.list("backups");
      for (Backup backup : directory.backups()) {
        report.item(
            Fields.of(
                "id", backup.id(),
                "timeMillis", backup.timeMillis(),
                "files", backup.files().size(),
                "sizeBytes", backup.sizeBytes(),
                "lastSequence", backup.lastSequence(),
                "store", backup.store()));
      }
      List<Finding> findings = directory.findings();
      report.findings(findings);
      return findings.isEmpty() ? ExitCode.FINE : ExitCode.FINDINGS;
    }
  }
}
