package io.sheaf.jmh;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.testdata.Row;
import io.sheaf.testdata.RowGenerator;
import io.sheaf.testdata.StandardWorkload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Rows of the standard workload, made before the clock runs.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param all the rows
 */
record DenseRows(List<DenseRow> all) {
  /** Length of the prefix of a key: the user. */
  static final int PREFIX_BYTES = 8;

  /** Rows that a user of the dense shape has on average, among all its ten million rows. */
  private static final int ROWS_PER_USER = 500;

  /** One row, on the heap. */
  record DenseRow(Slice key, Slice value) {
    Slice prefix() {
      return new Slice().set(key, 0, PREFIX_BYTES);
    }

    Slice suffix() {
      return new Slice().set(key, PREFIX_BYTES, key.length() - PREFIX_BYTES);
    }
  }

  /** The first rows of the dense shape, as they arrive: users by the thousand, few rows each. */
  static DenseRows first(int count) {
    return of(StandardWorkload.dense(1).withRows(count));
  }

  /** All rows of a workload, as they arrive. */
  static DenseRows of(StandardWorkload workload) {
    List<DenseRow> all = new ArrayList<>((int) workload.rows());
    RowGenerator rows = workload.generator();
    Row row = new Row();
    while (rows.next(row)) {
      all.add(
          new DenseRow(
              Slice.copyOf(Slice.of(row.key(), 0, row.keyLength())),
              Slice.copyOf(Slice.of(row.value(), 0, row.valueLength()))));
    }
    return new DenseRows(all);
  }

  /** A workload of fewer rows in which users have as many as in the dense shape. */
  static StandardWorkload workload(int rows) {
    return new StandardWorkload(rows, rows / ROWS_PER_USER, 1);
  }

  /** The same rows in the order of their keys. */
  DenseRows sorted() {
    return new DenseRows(all.stream().sorted(Comparator.comparing(DenseRow::key)).toList());
  }
}
