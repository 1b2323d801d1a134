package io.sheaf.cli.demo;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.Progress;
import io.sheaf.cli.measure.DemoResult;
import io.sheaf.cli.measure.LoadResult;
import io.sheaf.cli.measure.PageCache;
import io.sheaf.cli.measure.ReadCheck;
import io.sheaf.cli.measure.ReadResult;
import io.sheaf.cli.measure.TableShape;
import io.sheaf.engine.Sheaf;
import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.testdata.ReadPlan;
import io.sheaf.testdata.RowKey;
import io.sheaf.testdata.StandardWorkload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Runs a demo: load, wait for the background, read.
 *
 * <p><em>Thread safety:</em> none; a demo runs once.
 */
final class Demo {
  private static final String TABLE = "message";
  private static final TableOptions TABLE_OPTIONS =
      TableOptions.DEFAULT.withPrefix(new FixedPrefix(RowKey.PREFIX_BYTES));
  private static final String WARM = "warm: straight after the load, in the same process";
  private static final String COLD =
      "cold: store opened anew and page cache dropped before each kind of read";
  private static final String HALF_COLD =
      "store opened anew before each kind of read; page cache not dropped: not permitted here";

  private final Console console;
  private final boolean progressShown;
  private final DemoSettings settings;
  private final Path directory;
  private String reading = WARM;

  Demo(Console console, boolean progressShown, DemoSettings settings, Path directory) {
    this.console = console;
    this.progressShown = progressShown;
    this.settings = settings;
    this.directory = directory;
  }

  DemoResult run() throws CommandFailure, IOException, InterruptedException {
    LoadResult load;
    List<TableShape> tables;
    List<ReadResult> reads = new ArrayList<>();
    ReadCheck check = new ReadCheck(settings.workload());
    try (Db db = open()) {
      load = load(db);
      tables = TableShape.of(db.version());
      if (!settings.cold()) {
        for (ReadPhase phase : ReadPhase.values()) {
          reads.add(read(db, phase, check));
        }
      }
    }
    if (settings.cold()) {
      for (ReadPhase phase : ReadPhase.values()) {
        reads.add(readCold(phase, check));
      }
    }
    return new DemoResult(setting(), load, reads, tables);
  }

  private Db open() throws IOException {
    return Sheaf.open(directory, settings.options());
  }

  private LoadResult load(Db db) throws IOException, InterruptedException {
    StandardWorkload workload = settings.workload();
    try (Progress progress = progress("load", "rows", workload.rows())) {
      return new Loader(db, db.openTable(TABLE, TABLE_OPTIONS), workload, settings.batchRows())
          .load(progress);
    }
  }

  private ReadResult readCold(ReadPhase phase, ReadCheck check) throws CommandFailure, IOException {
    reading = PageCache.drop(directory) ? COLD : HALF_COLD;
    try (Db db = open()) {
      return read(db, phase, check);
    }
  }

  private ReadResult read(Db db, ReadPhase phase, ReadCheck check)
      throws CommandFailure, IOException {
    ReadPlan plan = new ReadPlan(settings.workload(), settings.workload().seed());
    try (Progress progress = progress("read " + phase.key(), "reads", phase.operations())) {
      return new Reader(db, db.table(TABLE), phase, check)
          .read(plan, settings.workload().rows(), progress);
    }
  }

  private Progress progress(String task, String unit, long total) {
    return Progress.start(console, progressShown, task, unit, total);
  }

  private DemoResult.Setting setting() {
    StandardWorkload workload = settings.workload();
    return new DemoResult.Setting(
        settings.shape(),
        workload.rows(),
        workload.users(),
        workload.seed(),
        settings.batchRows(),
        settings.durability().name().toLowerCase(Locale.ROOT),
        settings.memoryBytes(),
        settings.writeBufferBytes(),
        reading,
        directory);
  }
}
