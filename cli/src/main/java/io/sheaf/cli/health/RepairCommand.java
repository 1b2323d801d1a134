package io.sheaf.cli.health;

import io.sheaf.cli.console.ClosedStoreOption;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.EmptyDirectory;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Figures;
import io.sheaf.cli.console.FindingList;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.JsonText;
import io.sheaf.cli.console.StepLines;
import io.sheaf.engine.Sheaf;
import io.sheaf.engine.repair.RepairReport;
import io.sheaf.engine.repair.RepairReport.RepairedTable;
import io.sheaf.engine.repair.StoreRepair;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Rebuilds a store from what can be read. */
@Command(
    name = "repair",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Rebuild a damaged store in another directory from all that can be read of it: SSTables,"
          + " value files and logs, with the manifest or without. The damaged store is not"
          + " changed.",
      "What cannot be brought back is reported with table, prefix and suffixes. The new store"
          + " takes about as much room as the old one."
    },
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      "0:all rows were brought back",
      "1:some were not, as the report says",
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf repair --store messages --into messages-repaired")
public final class RepairCommand implements Callable<Integer> {
  @Mixin private final ClosedStoreOption store = new ClosedStoreOption();

  @Option(
      names = "--into",
      required = true,
      paramLabel = "DIR2",
      description = "Directory of the new store, missing or empty.")
  private @Nullable Path into;

  @Mixin private final JsonOption json = new JsonOption();

  private final Console console;

  /** A command that prints to {@code console}. */
  public RepairCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Path damaged = store.path();
    Path target = Objects.requireNonNull(into);
    if (!EmptyDirectory.isEmptyOrMissing(target)) {
      throw store.wrong("--into must name a directory that is missing or empty, not " + target);
    }
    store.checkOutside("--into", target);
    RepairReport report =
        StoreRepair.repair(Sheaf.components(), damaged, target, new StepLines(console, json)::show);
    if (json.isSet()) {
      console.out().println(JsonText.of(fields(damaged, target, report)));
    } else {
      print(target, report);
    }
    return report.isComplete() ? ExitCode.FINE : ExitCode.FINDINGS;
  }

  private void print(Path target, RepairReport report) {
    PrintStream out = console.out();
    if (!report.damages().isEmpty()) {
      out.println("Damaged:");
      FindingList.print(out, report.damages());
    }
    if (report.isComplete()) {
      out.println("All rows were brought back.");
    } else {
      out.println("Not brought back, because of:");
      FindingList.print(out, report.losses());
    }
    report.notes().forEach(note -> out.println("Note: " + note));
    out.println(target + " is a store now:");
    for (RepairedTable table : report.tables()) {
      out.println(
          "  table "
              + table.name()
              + ": "
              + Figures.count(table.rows(), "row")
              + ", "
              + Figures.bytes(table.rawValueBytes())
              + " of values");
    }
  }

  private static Map<String, Object> fields(Path damaged, Path target, RepairReport report) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("store", damaged.toString());
    fields.put("into", target.toString());
    fields.put("complete", report.isComplete());
    List<Map<String, Object>> tables = new ArrayList<>();
    for (RepairedTable table : report.tables()) {
      Map<String, Object> each = new LinkedHashMap<>();
      each.put("id", table.id());
      each.put("name", table.name());
      each.put("rows", table.rows());
      each.put("rawValueBytes", table.rawValueBytes());
      tables.add(each);
    }
    fields.put("tables", tables);
    fields.put("damages", FindingList.fields(report.damages()));
    fields.put("losses", FindingList.fields(report.losses()));
    fields.put("notes", report.notes());
    return fields;
  }
}
