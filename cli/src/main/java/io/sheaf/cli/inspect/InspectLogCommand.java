package io.sheaf.cli.inspect;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.PrintableText;
import io.sheaf.cli.console.Report;
import io.sheaf.engine.Sheaf;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.engine.inspect.LogSalvage;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileSystem;
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
    try (LogReader reader = LogReader.open(fileSystem, file.directory(), file.number())) {
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
    LogSalvage salvage = new LogSalvage(fileSystem, file.directory(), 0, findings, findings);
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
  private final class Shown implements WriteBatch.Visitor {
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
      Slice payload = record.payload();
      try {
        WriteBatch.visit(payload.segment(), payload.offset(), payload.length(), this);
      } catch (MalformedException e) {
        throw new CorruptionException(
            String.valueOf(record.number()),
            record.offset(),
            "batches of writes",
            String.valueOf(e.getMessage()));
      }
    }

    private void count(LogReader record) {
      records++;
      writes += record.entryCount();
      end = record.endOffset();
    }

    @Override
    public void put(int tableId, Slice key, Slice value) {
      Map<String, Object> fields = write("put", tableId);
      keys.put(fields, "key", tables.of(tableId), key);
      fields.put("valueBytes", value.length());
      if (values) {
        fields.put("value", PrintableText.of(value.toByteArray()));
      }
      show(fields, key);
    }

    @Override
    public void delete(int tableId, Slice key) {
      Map<String, Object> fields = write("delete", tableId);
      keys.put(fields, "key", tables.of(tableId), key);
      show(fields, key);
    }

    @Override
    public void deleteRange(int tableId, Slice from, Slice to) {
      Map<String, Object> fields = write("delete range", tableId);
      keys.put(fields, "from", tables.of(tableId), from);
      keys.put(fields, "to", tables.of(tableId), to);
      if (keys.mayConcern(from, to)) {
        report.item(fields);
      }
    }

    private Map<String, Object> write(String does, int tableId) {
      return Fields.of("sequence", sequence++, "does", does, "table", tables.of(tableId).name());
    }

    private void show(Map<String, Object> fields, Slice key) {
      if (keys.prefix().isEmpty() || key.startsWith(keys.prefix().get())) {
        report.item(fields);
      }
    }
  }
}
