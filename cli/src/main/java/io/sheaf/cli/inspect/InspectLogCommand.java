package io.sheaf.cli.inspect;

import io.sheaf.cli.change.Change;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.PrintableText;
import io.sheaf.cli.console.Report;
import io.sheaf.engine.Sheaf;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.engine.inspect.LogSalvage;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.wal.LogReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what is in logs. */
@Command(
    name = "log",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Show what is in logs: which log each follows, its records, and how it ends.",
      "Every record is read, and its checksums verified."
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
    footer = "  sheaf inspect log --rows messages/000003.log")
final class InspectLogCommand implements Callable<Integer> {
  @Mixin private final FileOptions files = new FileOptions();
  @Mixin private final ShownKeys keys = new ShownKeys();

  @Option(names = "--rows", description = "Show each write.")
  private boolean rows;

  @Option(names = "--values", description = "Show each write with the value that it sets.")
  private boolean values;

  private final Console console;

  InspectLogCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    return files.inspect(console, FileKind.LOG, this::inspect);
  }

  private void inspect(StoredFile file, Report report, Findings findings) throws IOException {
    FileSystem fileSystem = Sheaf.components().fileSystem();
    boolean whole = true;
    StoreId store = StoreId.NONE;
    try (LogReader reader = LogReader.open(fileSystem, file.directory(), file.number())) {
      store = StoreId.of(reader.storeId());
      report.field(
          "previousLog",
          Fields.of(
              "number", reader.previous().number(),
              "endOffset", reader.previous().endOffset(),
              "syncedOffset", reader.previous().syncedOffset()));
    } catch (CorruptionException e) {
      findings.add(file.name(), e, null);
      whole = false;
    }
    TableNames tables = TableNames.in(file.directory());
    LogSalvage salvage = new LogSalvage(fileSystem, file.directory(), store, 0, findings, findings);
    Shown shown = new Shown(tables, report);
    boolean each = rows || values;
    report.list(each ? "writes" : "records");
    salvage.read(List.of(file.number()), each ? shown::writes : shown::record);
    report.list("end");
    report.item(
        Fields.of(
            "records", shown.records,
            "writes", shown.writes,
            "offset", shown.end,
            "is", salvage.endsOpen() || !whole ? "open: no end record follows" : "closed"));
  }

  /** What is shown of a log, and counted while it is. */
  private final class Shown {
    private final TableNames tables;
    private final Report report;
    private long records;
    private long writes;
    private long end;
    private long sequence;

    Shown(TableNames tables, Report report) {
      this.tables = tables;
      this.report = report;
    }

    void record(LogReader record) {
      count(record);
      report.item(
          Fields.of(
              "offset", record.offset(),
              "storedBytes", record.storedBytes(),
              "rawBytes", record.payload().length(),
              "codec", StoredFile.codec(record.codec()),
              "writes", record.entryCount(),
              "firstSequence", record.firstSequence(),
              "timeMillis", record.writeTimeMillis(),
              "syncedUpTo", record.syncedOffset()));
    }

    void writes(LogReader record) throws CorruptionException {
      count(record);
      sequence = record.firstSequence();
      Change.each(record, this::show);
    }

    private void count(LogReader record) {
      records++;
      writes += record.entryCount();
      end = record.endOffset();
    }

    private void show(Change change) {
      ShownTable table = tables.of(change.tableId());
      Map<String, Object> fields = Fields.of("sequence", sequence++);
      boolean asked =
          switch (change) {
            case Change.Put put -> {
              fields.putAll(Fields.of("does", "put", "table", table.name()));
              keys.put(fields, "key", table, put.key());
              fields.put("valueBytes", put.value().length());
              if (values) {
                fields.put("value", PrintableText.of(put.value().toByteArray()));
              }
              yield keys.concerns(put.key());
            }
            case Change.Delete delete -> {
              fields.putAll(Fields.of("does", "delete", "table", table.name()));
              keys.put(fields, "key", table, delete.key());
              yield keys.concerns(delete.key());
            }
            case Change.DeleteRange range -> {
              fields.putAll(Fields.of("does", "delete range", "table", table.name()));
              keys.put(fields, "from", table, range.from());
              keys.put(fields, "to", table, range.to());
              yield keys.mayConcern(range.from(), range.to());
            }
          };
      if (asked) {
        report.item(fields);
      }
    }
  }
}
