package io.sheaf.cli.move;

import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes rows into tables of a store, many in a batch.
 *
 * <p><em>Thread safety:</em> none.
 */
final class RowLoader {
  private static final int BATCH_ROWS = 1_000;
  private static final int BATCH_BYTES = 1 << 20;

  private final Db db;
  private final TargetOptions target;
  private final Map<String, Table> tables = new HashMap<>();
  private WriteBatch batch = new WriteBatch();
  private int batchRows;
  private long batchBytes;
  private long rows;

  /**
   * A loader.
   *
   * @param target options of tables that are not there and whose options nothing tells
   */
  RowLoader(Db db, TargetOptions target) {
    this.db = db;
    this.target = target;
  }

  /**
   * Makes a table with these options, unless there is one.
   *
   * @throws picocli.CommandLine.ParameterException when it has another rule than was given
   */
  void table(String name, TableOptions wanted) throws IOException {
    if (!tables.containsKey(name)) {
      Table known = db.findTable(name).orElse(null);
      target.check(name, known == null ? wanted : known.options());
      tables.put(name, known == null ? db.openTable(name, wanted) : known);
    }
  }

  /** Writes a row, now or with the next ones. */
  void add(Row row) throws IOException {
    table(row.table(), target.options());
    Table table = tables.get(row.table());
    if (table != null) {
      batch.put(table, row.key(), row.value());
    }
    rows++;
    batchRows++;
    batchBytes += row.key().length + row.value().length;
    if (batchRows >= BATCH_ROWS || batchBytes >= BATCH_BYTES) {
      write();
    }
  }

  /** Writes what was not written yet. */
  void finish() throws IOException {
    write();
  }

  private void write() throws IOException {
    if (batchRows > 0) {
      db.write(batch);
      batch = new WriteBatch();
      batchRows = 0;
      batchBytes = 0;
    }
  }

  /** Rows that were added. */
  long rows() {
    return rows;
  }
}
