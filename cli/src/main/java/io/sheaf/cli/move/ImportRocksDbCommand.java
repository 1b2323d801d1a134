package io.sheaf.cli.move;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.Report;
import io.sheaf.cli.console.StoreOption;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Imports a column family of a RocksDB database. */
@Command(
    name = "rocksdb",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Import the keys and values of a RocksDB column family into a table. The database is opened"
          + " for reading and not changed.",
      "It needs RocksDB's own library, which is not part of this program: name its jar, rocksdbjni,"
          + " in the environment as SHEAF_CLASS_PATH."
    },
    parameterListHeading = "%nDatabase:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_TEXT,
      ExitCode.FAILED_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf import rocksdb --store messages --table chat /data/rocks")
public final class ImportRocksDbCommand implements Callable<Integer> {
  private static final String HOW_TO_GET =
      "import rocksdb needs RocksDB's library, which is not part of this program; get the jar of"
          + " org.rocksdb:rocksdbjni (./sheaf mvn dependency:copy"
          + " -Dartifact=org.rocksdb:rocksdbjni:11.8.1 -DoutputDirectory=DIR) and run the command"
          + " again with SHEAF_CLASS_PATH=DIR/rocksdbjni-11.8.1.jar in the environment";

  @Mixin private final StoreOption store = new StoreOption();

  @Parameters(paramLabel = "DIR", description = "Directory of the RocksDB database.")
  private @Nullable Path source;

  @Mixin private final TargetOptions target = new TargetOptions();

  @Option(
      names = "--column-family",
      paramLabel = "NAME",
      description = "Column family to import. Default: default.")
  private String columnFamily = "default";

  @Mixin private final JsonOption json = new JsonOption();

  private final Console console;

  /** A command that prints to {@code console}. */
  public ImportRocksDbCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws CommandFailure, IOException {
    Path rocks = Objects.requireNonNull(source);
    String table = target.table();
    if (table == null) {
      throw target.wrong("Missing required option: '--table=NAME'");
    }
    if (!Files.isDirectory(rocks)) {
      throw target.wrong(
          rocks + (Files.exists(rocks) ? " is not a directory" : ": no such directory"));
    }
    if (!Files.exists(rocks.resolve("CURRENT"))) {
      throw target.wrong(
          rocks
              + " is no RocksDB database: it has no file CURRENT; name the directory that RocksDB"
              + " has its files in");
    }
    if (!isThere()) {
      throw new CommandFailure(HOW_TO_GET);
    }
    try (RocksSource rows = RocksSource.open(rocks, columnFamily);
        Db db = store.openOrCreate(DbOptions.DEFAULT)) {
      RowLoader loader = new RowLoader(db, target);
      loader.table(table, target.options());
      while (rows.next()) {
        loader.add(new Row(table, rows.key(), rows.value()));
      }
      loader.finish();
      try (Report report = Report.begin(console, json)) {
        report.fields(Fields.of("store", store.path().toString(), "rowsImported", loader.rows()));
      }
    }
    return ExitCode.FINE;
  }

  private static boolean isThere() {
    try {
      Class.forName("org.rocksdb.RocksDB", false, ImportRocksDbCommand.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
