package io.sheaf.cli.move;

import io.sheaf.cli.console.BytesText;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.Figures;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.JsonText;
import io.sheaf.cli.console.StoreOption;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes rows of a store as text. */
@Command(
    name = "export",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Write the rows of a store, in key order, as JSON Lines or CSV. 'sheaf import jsonl' and 'sheaf"
          + " import csv' bring them back byte for byte: what is not UTF-8 stands there in hexadecimal"
          + " (keys) or base 64 (values), and the row says so.",
      "JSON Lines also hold the options of each table. Write times are not exported: rows with a time"
          + " to live begin it anew when they are imported."
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
    footer = "  sheaf export --store messages --table conversation_message --out rows.jsonl")
public final class ExportCommand implements Callable<Integer> {
  private static final int BUFFER_BYTES = 1 << 16;

  private static final Path STANDARD_OUTPUT = Path.of("-");

  @Mixin private final StoreOption store = new StoreOption();

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "Only this table; may be given several times. Default: all.")
  private List<String> tables = new ArrayList<>();

  @Option(
      names = "--prefix",
      paramLabel = "KEY",
      converter = BytesText.Converter.class,
      description = "Only rows whose keys begin so. " + BytesText.FORMS)
  private @Nullable BytesText prefix;

  @Mixin private final TimeRange times = new TimeRange();

  @Option(names = "--form", paramLabel = "FORM", description = "jsonl (default) or csv.")
  private RowForm form = RowForm.JSONL;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "File to write, or to replace once all is written; a pipe or a device is written to."
              + " Default, and as -: standard output.")
  private @Nullable Path out;

  @Mixin private final JsonOption json = new JsonOption();

  @Spec private @Nullable CommandSpec spec;

  private final Console console;

  /** A command that prints to {@code console}. */
  public ExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Path file = STANDARD_OUTPUT.equals(out) ? null : out;
    if (file == null && json.isSet()) {
      throw misuse("--json goes with --out: it is the form of the report, not that of the rows");
    }
    if (file != null) {
      checkTarget(file);
    }
    try (Db db = store.openExisting(DbOptions.DEFAULT)) {
      List<Table> chosen = tables.isEmpty() ? db.tables() : tables.stream().map(db::table).toList();
      chosen.forEach(times::check);
      if (file == null) {
        export(db, chosen, console.out());
        return ExitCode.FINE;
      }
      long rows = write(file, target -> export(db, chosen, target));
      if (json.isSet()) {
        Map<String, Object> report =
            Fields.of(
                "store", store.path().toString(), "out", file.toString(), "rowsExported", rows);
        console.out().println(JsonText.of(report));
      } else {
        console.out().println(Figures.count(rows, "row") + " written to " + file);
      }
    }
    return ExitCode.FINE;
  }

  private void checkTarget(Path file) {
    if (Files.isDirectory(file)) {
      throw misuse("--out must name a file, and " + file + " is a directory");
    }
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw misuse("--out: " + parent + ": no such directory");
    }
  }

  private ParameterException misuse(String why) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), why);
  }

  /** Writes rows. */
  @FunctionalInterface
  private interface Rows {
    /** Writes them; returns how many. */
    long write(OutputStream target) throws IOException;
  }

  /**
   * Writes to a pipe or a device. Replaces a file, the one that a link names, once all is written;
   * a failure leaves it as it was, and nothing else.
   */
  private static long write(Path file, Rows rows) throws IOException {
    if (!Files.exists(file)) {
      return replace(file, rows);
    }
    if (Files.isRegularFile(file)) {
      return replace(file.toRealPath(), rows);
    }
    try (OutputStream target = new BufferedOutputStream(new NamedOutput(file), BUFFER_BYTES)) {
      return rows.write(target);
    }
  }

  private static long replace(Path file, Rows rows) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      long count;
      try (OutputStream target = new BufferedOutputStream(new NamedOutput(part), BUFFER_BYTES)) {
        count = rows.write(target);
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      return count;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private long export(Db db, List<Table> chosen, OutputStream target) throws IOException {
    RowWriter writer = form.writer(target);
    CursorOptions all =
        (prefix == null ? CursorOptions.ALL : CursorOptions.prefix(prefix.bytes()))
            .withFillCache(false);
    long rows = 0;
    for (Table table : chosen) {
      writer.table(table);
      try (Cursor row = db.cursor(table, all)) {
        while (row.next()) {
          if (times.contains(table, row)) {
            writer.row(new Row(table.name(), row.key().toByteArray(), row.value().toByteArray()));
            rows++;
          }
        }
      }
    }
    return rows;
  }
}
