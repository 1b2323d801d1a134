package io.sheaf.cli.health;

import io.sheaf.cli.console.ClosedStoreOption;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Figures;
import io.sheaf.cli.console.FindingList;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.JsonText;
import io.sheaf.cli.console.StepLines;
import io.sheaf.engine.Sheaf;
import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.engine.verify.VerifyReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks a store. */
@Command(
    name = "verify",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Check every file, reference and count of a store, and report all damage with file and"
          + " offset, and with table, prefix and suffixes of the rows it concerns.",
      "Without --deep, what files say of themselves is checked: headers, indexes, filters,"
          + " properties and footers, against the manifest; and the logs, as an opening reads them."
    },
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.FINE_TEXT,
      ExitCode.FINDINGS_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf verify --store messages --deep")
public final class VerifyCommand implements Callable<Integer> {
  @Mixin private final ClosedStoreOption store = new ClosedStoreOption();

  @Option(
      names = "--deep",
      description = "Read every block and every row with its value, and count all anew.")
  private boolean deep;

  @Mixin private final JsonOption json = new JsonOption();

  private final Console console;

  /** A command that prints to {@code console}. */
  public VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Path path = store.path();
    VerifyReport report =
        StoreVerifier.verify(Sheaf.components(), path, deep, new StepLines(console, json)::show);
    if (json.isSet()) {
      console.out().println(JsonText.of(fields(path, report)));
    } else {
      print(path, report);
    }
    return report.isFine() ? ExitCode.FINE : ExitCode.FINDINGS;
  }

  private void print(Path path, VerifyReport report) {
    PrintStream out = console.out();
    out.println(
        path
            + ": checked "
            + Figures.count(report.tables(), "table")
            + ", "
            + Figures.count(report.keyFiles(), "SSTable")
            + ", "
            + Figures.count(report.valueFiles(), "value file")
            + ", "
            + Figures.count(report.logs(), "log")
            + " with "
            + Figures.count(report.logWrites(), "write")
            + (report.deep() ? ", " + Figures.count(report.rows(), "row") + " in SSTables" : ""));
    if (!report.leftOver().isEmpty()) {
      out.println(
          "Left behind by a crash, and deleted at the next opening: "
              + String.join(", ", report.leftOver()));
    }
    if (report.isFine()) {
      out.println("No findings.");
      return;
    }
    out.println(Figures.count(report.findings().size(), "finding") + ":");
    FindingList.print(out, report.findings());
    out.println(
        "To rebuild the store from what can be read: ./sheaf repair --store "
            + path
            + " --into NEWDIR");
  }

  private static Map<String, Object> fields(Path path, VerifyReport report) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("store", path.toString());
    fields.put("deep", report.deep());
    fields.put("fine", report.isFine());
    fields.put("tables", report.tables());
    fields.put("keyFiles", report.keyFiles());
    fields.put("valueFiles", report.valueFiles());
    fields.put("logs", report.logs());
    fields.put("logWrites", report.logWrites());
    fields.put("rows", report.rows());
    fields.put("leftOver", report.leftOver());
    fields.put("findings", FindingList.fields(report.findings()));
    return fields;
  }
}
