package io.sheaf.cli.inspect;

import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.PrintableText;
import io.sheaf.cli.console.Report;
import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.sstable.TableSalvage;
import io.sheaf.lsm.value.ValueReference;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/**
 * Shows the rows of an SSTable, and its references to value blocks, as far as they can be read.
 *
 * <p><em>Thread safety:</em> none.
 */
final class TableRows {
  private static final ScanBounds ALL =
      new ScanBounds(ScanBounds.Direction.FORWARD, null, null, ScanBounds.UNLIMITED, false);

  private final ShownKeys keys;
  private final ShownTable table;
  private final String file;
  private final Report report;
  private final Findings findings;

  /**
   * For the rows of one file.
   *
   * @param table the table they are of
   */
  TableRows(ShownKeys keys, ShownTable table, String file, Report report, Findings findings) {
    this.keys = keys;
    this.table = table;
    this.file = file;
    this.report = report;
    this.findings = findings;
  }

  /** Shows each row. */
  void rows(TableSalvage salvage, boolean withValues) {
    each(salvage, row -> report.item(fields(row, withValues)));
  }

  /** Shows each series of rows whose values lie in one value block. */
  void references(TableSalvage salvage) {
    Series series = new Series();
    each(salvage, series::take);
    series.end();
  }

  @FunctionalInterface
  private interface Rows {
    void take(InternalCursor row);
  }

  private void each(TableSalvage salvage, Rows rows) {
    for (TableSalvage.Piece piece : salvage.pieces()) {
      try (InternalCursor row = piece.reader().cursor(ALL)) {
        Slice prefix = keys.prefix().orElse(null);
        if (prefix == null) {
          row.seekFirst();
        } else {
          row.seek(prefix);
        }
        while (row.valid() && (prefix == null || row.key().startsWith(prefix))) {
          rows.take(row);
          row.next();
        }
      } catch (IOException e) {
        findings.add(Finding.of(file, e, null));
      }
    }
  }

  private Map<String, Object> fields(InternalCursor row, boolean withValues) {
    Map<String, Object> fields = Fields.of();
    keys.put(fields, "key", table, row.key());
    fields.put("sequence", row.sequence());
    fields.put("does", row.kind().name().toLowerCase(Locale.ROOT));
    if (row.timeMillis() != 0) {
      fields.put("timeMillis", row.timeMillis());
    }
    fields.put("valueBytes", row.valueLength());
    if (row.separated()) {
      ValueReference reference = new ValueReference();
      row.reference(reference);
      fields.put("valueFile", reference.fileNumber);
      fields.put("blockOffset", reference.blockOffset);
      fields.put("valueOffset", reference.valueOffset);
    }
    if (withValues) {
      try {
        fields.put("value", PrintableText.of(row.value().toByteArray()));
      } catch (IOException e) {
        findings.add(file, e, null);
        fields.put("value", "cannot be read");
      }
    }
    return fields;
  }

  /** Rows one behind the other with one value block. */
  private final class Series {
    private final ValueReference block = new ValueReference();
    private Slice first = new Slice();
    private Slice last = new Slice();
    private long rows;

    void take(InternalCursor row) {
      if (!row.separated()) {
        end();
        return;
      }
      ValueReference reference = new ValueReference();
      row.reference(reference);
      if (rows > 0 && !reference.sameBlock(block)) {
        end();
      }
      if (rows == 0) {
        block.set(reference);
        first = Slice.copyOf(row.key());
      }
      last = Slice.copyOf(row.key());
      rows++;
    }

    void end() {
      if (rows > 0) {
        Map<String, Object> fields =
            Fields.of(
                "valueFile", block.fileNumber,
                "blockOffset", block.blockOffset,
                "storedBytes", block.storedBytes,
                "rawBytes", block.rawBytes,
                "rows", rows);
        keys.put(fields, "first", table, first);
        keys.put(fields, "last", table, last);
        report.item(fields);
        rows = 0;
      }
    }
  }
}
