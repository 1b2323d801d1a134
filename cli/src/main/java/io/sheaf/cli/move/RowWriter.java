package io.sheaf.cli.move;

import io.sheaf.lsm.db.Table;
import java.io.IOException;

/**
 * Writes rows in a form that {@link RowReader} reads, byte for byte.
 *
 * <p><em>Thread safety:</em> none.
 */
interface RowWriter {
  /** The rows that follow are of this table. */
  void table(Table table) throws IOException;

  /** A row. */
  void row(Row row) throws IOException;
}
