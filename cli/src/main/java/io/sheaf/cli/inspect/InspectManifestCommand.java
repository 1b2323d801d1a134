package io.sheaf.cli.inspect;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.Report;
import io.sheaf.engine.Sheaf;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.version.EditText;
import io.sheaf.lsm.version.ManifestReader;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows what is in manifests. */
@Command(
    name = "manifest",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Show what is in manifests: the state that each began with, and each change since.",
      "Every record is read, and its checksums verified. Behind damage nothing is read."
    },
    parameterListHeading = "%nFiles:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.FINE_TEXT,
      ExitCode.FINDINGS_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf inspect manifest messages/000001.manifest")
final class InspectManifestCommand implements Callable<Integer> {
  @Mixin private final FileOptions files = new FileOptions();

  private final Console console;

  InspectManifestCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    return files.inspect(console, FileKind.MANIFEST, this::inspect);
  }

  private void inspect(StoredFile file, Report report, Findings findings) throws IOException {
    Components parts = Sheaf.components();
    try (ManifestReader reader =
        ManifestReader.open(parts.fileSystem(), file.path(), file.number(), parts.extractors())) {
      report.list("edits");
      try {
        for (var entry = reader.next(); entry != null; entry = reader.next()) {
          report.item(
              Fields.of(
                  "offset", entry.offset(),
                  "nextFileNumber", entry.nextFileNumber(),
                  "nextTableId", entry.nextTableId(),
                  "changes", EditText.lines(entry.edit())));
        }
      } catch (IOException e) {
        findings.add(file.name(), e, null);
      }
      report.list("end");
      report.item(
          Fields.of("is", reader.torn() ? "a torn record that was never acknowledged" : "whole"));
    }
  }
}
