package io.sheaf.cli.move;

import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows in the form in which {@link RowWriter} wrote them.
 *
 * <p><em>Thread safety:</em> none.
 */
interface RowReader {
  /** Is told the options of tables, where the form has them. */
  @FunctionalInterface
  interface Tables {
    /** The rows that follow are of this table, which had these options. */
    void table(String name, TableOptions options) throws IOException;
  }

  /**
   * The next row; null behind the last.
   *
   * @throws MalformedRowException when there is none; names the line
   */
  @Nullable Row next(Tables tables) throws IOException;
}
