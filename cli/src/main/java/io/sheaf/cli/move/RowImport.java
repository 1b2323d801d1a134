package io.sheaf.cli.move;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.Report;
import io.sheaf.cli.console.StoreOption;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What the imports of rows as text have in common. */
final class RowImport {
  private static final Path STANDARD_INPUT = Path.of("-");

  @Mixin private final StoreOption store = new StoreOption();

  @Parameters(paramLabel = "FILE", description = "The rows; - is standard input.")
  private @Nullable Path file;

  @Mixin private final TargetOptions target = new TargetOptions();
  @Mixin private final JsonOption json = new JsonOption();

  RowImport() {}

  /** Imports rows of this form. */
  void run(Console console, RowForm form) throws IOException {
    Path source = Objects.requireNonNull(file);
    boolean standard = source.equals(STANDARD_INPUT);
    if (!standard && Files.isDirectory(source)) {
      throw target.wrong(source + " is a directory");
    }
    if (!standard && !Files.isReadable(source)) {
      throw target.wrong(source + ": no such file, or not readable");
    }
    try (InputStream in = standard ? System.in : Files.newInputStream(source);
        Db db = store.openOrCreate(DbOptions.DEFAULT)) {
      RowLoader loader = new RowLoader(db, target);
      RowReader reader = form.reader(in);
      for (Row row = next(reader, loader); row != null; row = next(reader, loader)) {
        loader.add(row);
      }
      loader.finish();
      try (Report report = Report.begin(console, json)) {
        report.fields(Fields.of("store", store.path().toString(), "rowsImported", loader.rows()));
      }
    }
  }

  private @Nullable Row next(RowReader reader, RowLoader loader) throws IOException {
    String only = target.table();
    Row row = reader.next((name, options) -> loader.table(only == null ? name : only, options));
    if (row == null) {
      return null;
    }
    String table = only == null ? row.table() : only;
    if (table.isEmpty()) {
      throw new IOException("a row names no table; name one with --table");
    }
    return only == null ? row : new Row(table, row.key(), row.value());
  }
}
