package io.sheaf.cli;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Figures;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.JsonText;
import io.sheaf.cli.console.StoreOption;
import io.sheaf.cli.measure.DiskBytes;
import io.sheaf.cli.measure.ShapeJson;
import io.sheaf.cli.measure.ShapeText;
import io.sheaf.cli.measure.TableShape;
import io.sheaf.cli.measure.WriteAmplification;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.stats.Counter;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows of what a store is made. */
@Command(
    name = "stats",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Show the shape of a store: its tables, runs, SSTables and value files, how much of them is"
          + " live, and what is separated.",
      "What a store counts (bytes written by cause, cache, memory) it counts from its opening:"
          + " these figures show what opening it took, which may replay and flush its log."
    },
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_TEXT,
      ExitCode.FAILED_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf stats --store messages")
final class StatsCommand implements Callable<Integer> {
  @Mixin private final StoreOption store = new StoreOption();
  @Mixin private final JsonOption json = new JsonOption();

  private final Console console;

  StatsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (Db db = store.openExisting(DbOptions.DEFAULT)) {
      List<TableShape> tables = TableShape.of(db.version());
      DiskBytes disk = DiskBytes.of(store.path());
      if (json.isSet()) {
        console.out().println(JsonText.of(fields(db, tables, disk)));
      } else {
        print(db, tables, disk);
      }
    }
    return 0;
  }

  private void print(Db db, List<TableShape> tables, DiskBytes disk) {
    PrintStream out = console.out();
    out.printf(
        Locale.ROOT,
        "%s: %s on disk: SSTables %s, value files %s, logs %s, others %s%n%n",
        store.path(),
        Figures.bytes(disk.total()),
        Figures.bytes(disk.keyFiles()),
        Figures.bytes(disk.valueFiles()),
        Figures.bytes(disk.logs()),
        Figures.bytes(disk.others()));
    ShapeText.print(out, tables);
    long memtableBytes = db.memory().used(MemoryBudget.Use.MEMTABLES);
    if (memtableBytes > 0) {
      out.printf(
          Locale.ROOT,
          "Not in the tables above: rows from the log, %s of memory, that no file has yet%n",
          Figures.bytes(memtableBytes));
    }
    out.println("Since this opening:");
    WriteAmplification written = WriteAmplification.of(db.statistics());
    written.byCause().forEach((cause, bytes) -> line("written for " + cause, Figures.bytes(bytes)));
    line(
        "written for each user byte",
        written.userBytes() == 0
            ? "none: no user wrote since this opening"
            : Figures.ratio(written.perUserByte(written.total())));
    line("blocks found in the cache", Figures.count(db.statistics().get(Counter.CACHE_HITS)));
    line("blocks not found in the cache", Figures.count(db.statistics().get(Counter.CACHE_MISSES)));
    MemoryBudget memory = db.memory();
    line("memory allowed", Figures.bytes(memory.totalBytes()));
    for (MemoryBudget.Use use : MemoryBudget.Use.values()) {
      line("memory for " + name(use), Figures.bytes(memory.used(use)));
    }
  }

  private void line(String what, String figure) {
    console.out().printf(Locale.ROOT, "  %-32s %s%n", what, figure);
  }

  private static Map<String, Object> fields(Db db, List<TableShape> tables, DiskBytes disk) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("diskBytes", ShapeJson.disk(disk));
    fields.put("tables", ShapeJson.tables(tables));
    Map<String, Object> sinceOpening = new LinkedHashMap<>();
    WriteAmplification written = WriteAmplification.of(db.statistics());
    sinceOpening.put("userBytes", written.userBytes());
    sinceOpening.put("writtenBytes", new LinkedHashMap<>(written.byCause()));
    db.statistics()
        .snapshot()
        .forEach((counter, count) -> sinceOpening.put(counterName(counter), count));
    fields.put("sinceOpening", sinceOpening);
    Map<String, Object> memory = new LinkedHashMap<>();
    memory.put("total", db.memory().totalBytes());
    for (MemoryBudget.Use use : MemoryBudget.Use.values()) {
      memory.put(name(use), db.memory().used(use));
    }
    fields.put("memoryBytes", memory);
    return fields;
  }

  private static String name(MemoryBudget.Use use) {
    return use.name().toLowerCase(Locale.ROOT);
  }

  /** Such as logBytes for LOG_BYTES. */
  private static String counterName(Counter counter) {
    StringBuilder name = new StringBuilder();
    for (String word : counter.name().split("_", -1)) {
      name.append(
          name.isEmpty()
              ? word.toLowerCase(Locale.ROOT)
              : word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }
}
