package io.sheaf.cli.ingest;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.Figures;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.JsonText;
import io.sheaf.cli.console.StoreOption;
import io.sheaf.grouping.PrefixExtractors;
import io.sheaf.lsm.db.BulkWriter;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Adds many sorted rows to a store at once. */
@Command(
    name = "ingest",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Add rows that are sorted by key to a table, past the log and the memtables: they go into"
          + " finished files, and these become part of the store all at once. A row that is there"
          + " already is replaced. When it fails, no row was added, and no table is left that it made.",
      "A line of the input is a row: key and value in hexadecimal digits, with a tab between. Keys"
          + " rise from line to line, as strings of bytes (LC_ALL=C sort)."
    },
    parameterListHeading = "%nFile:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed; one line on standard error says why, and no row was added",
      "2:not understood; one line on standard error says what",
      "3:the store is in use by another process"
    },
    footerHeading = "%nExample:%n",
    footer = "  sheaf ingest --store messages --table message --prefix-rule fixed:8 rows.hex")
public final class IngestCommand implements Callable<Integer> {
  private static final Path STANDARD_INPUT = Path.of("-");

  @Mixin private final StoreOption store = new StoreOption();

  @Option(
      names = "--table",
      required = true,
      paramLabel = "NAME",
      description = "The table; made where there is none.")
  private @Nullable String table;

  @Option(
      names = "--prefix-rule",
      paramLabel = "RULE",
      description =
          "How keys of a new table split: whole, fixed:8, delimited:58, length-prefixed:1; whole"
              + " where it is not given.")
  private @Nullable String prefix;

  @Parameters(paramLabel = "FILE", description = "The rows; - is standard input.")
  private @Nullable Path file;

  @Mixin private final JsonOption json = new JsonOption();

  @Spec private @Nullable CommandSpec spec;

  private final Console console;

  /** A command that prints to {@code console}. */
  public IngestCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws CommandFailure, IOException, InterruptedException {
    Path source = Objects.requireNonNull(file);
    boolean standard = source.equals(STANDARD_INPUT);
    if (!standard && Files.isDirectory(source)) {
      throw misuse(source + " is a directory");
    }
    if (!standard && !Files.isReadable(source)) {
      throw misuse(source + ": no such file, or not readable");
    }
    TableOptions wanted = options();
    long begin = System.nanoTime();
    try (InputStream in = standard ? System.in : Files.newInputStream(source);
        Db db = store.openOrCreate(DbOptions.DEFAULT)) {
      String name = Objects.requireNonNull(table);
      Table present = db.findTable(name).orElse(null);
      checkRule(present);
      Table target = present == null ? db.openTable(name, wanted) : present;
      long rows;
      long sequence;
      try (BulkWriter bulk = db.bulkWriter(target)) {
        fill(bulk, new HexRows(in));
        sequence = db.ingest(List.of(bulk));
        rows = bulk.rows();
      } catch (Throwable failure) {
        if (present == null) {
          dropEmpty(db, target, failure);
        }
        throw failure;
      }
      report(target, rows, sequence, (System.nanoTime() - begin) / 1e9);
    }
    return 0;
  }

  private TableOptions options() {
    try {
      return prefix == null
          ? TableOptions.DEFAULT
          : TableOptions.DEFAULT.withPrefix(PrefixExtractors.parse(prefix));
    } catch (IllegalArgumentException e) {
      throw misuse("--prefix-rule: " + e.getMessage());
    }
  }

  private void checkRule(@Nullable Table present) {
    if (present != null && prefix != null && !present.options().prefix().name().equals(prefix)) {
      throw misuse(
          "--prefix-rule is "
              + prefix
              + ", but table '"
              + present.name()
              + "' has "
              + present.options().prefix().name());
    }
  }

  /** Removes a table that was made for rows which were refused. */
  private static void dropEmpty(Db db, Table made, Throwable failure) {
    if (db.failure().isEmpty()) { // else the next opening decides whether the rows are there
      try {
        db.dropTable(made);
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }

  private static void fill(BulkWriter bulk, HexRows rows) throws IOException, CommandFailure {
    while (rows.next()) {
      try {
        bulk.put(rows.key(), rows.value());
      } catch (IllegalArgumentException e) {
        throw new CommandFailure("line " + rows.line() + ": " + e.getMessage(), e);
      }
    }
  }

  private void report(Table target, long rows, long sequence, double seconds) {
    if (json.isSet()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("store", store.path().toString());
      fields.put("table", target.name());
      fields.put("rows", rows);
      fields.put("sequence", sequence);
      fields.put("seconds", seconds);
      console.out().println(JsonText.of(fields));
    } else {
      console
          .out()
          .println(
              "table "
                  + target.name()
                  + ": "
                  + Figures.count(rows, "row")
                  + " added at sequence number "
                  + sequence
                  + ", "
                  + Figures.rate(rows / Math.max(seconds, 1e-9))
                  + " a second");
    }
  }

  private ParameterException misuse(String why) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), why);
  }
}
