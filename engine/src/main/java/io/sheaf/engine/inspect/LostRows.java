package io.sheaf.engine.inspect;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Entry;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.version.TableDescriptor;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes findings of rows whose values cannot be read: one for each place that is damaged and each
 * series of rows, in key order, between which no row can be read.
 *
 * <p><b>Thread safety.</b> None.
 */
public final class LostRows {
  private final TableDescriptor table;
  private final Consumer<Finding> findings;
  private @Nullable Finding open;
  private @Nullable Slice first;
  private @Nullable Slice last;
  private long rows;

  /** For rows of {@code table}. */
  public LostRows(TableDescriptor table, Consumer<Finding> findings) {
    this.table = table;
    this.findings = findings;
  }

  /**
   * The value of a row cannot be read.
   *
   * @param file where it should lie
   */
  public void lost(String file, Entry row, IOException cause) {
    Finding finding = Finding.of(file, cause, null);
    Finding before = open;
    if (before != null
        && !(before.file().equals(finding.file()) && before.offset() == finding.offset())) {
      end();
    }
    if (open == null) {
      open =
          cause instanceof CorruptionException
              ? finding
              : new Finding(file, 0, problem(cause), null);
      first = Slice.copyOf(row.key());
    }
    last = Slice.copyOf(row.key());
    rows++;
  }

  private static String problem(IOException cause) {
    return cause instanceof NoSuchFileException
        ? "there is no such file"
        : "cannot be read: " + cause.getMessage();
  }

  /** A row can be read, or there are no more. */
  public void end() {
    Finding ended = open;
    if (ended != null) {
      RowRange range = RowRange.of(table.name(), table.options().prefix(), first, last, rows);
      findings.accept(new Finding(ended.file(), ended.offset(), ended.problem(), range));
      open = null;
      rows = 0;
    }
  }
}
