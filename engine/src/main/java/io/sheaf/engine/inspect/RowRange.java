package io.sheaf.engine.inspect;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.PrefixExtractor;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table that damage concerns: those between two keys, both inclusive.
 *
 * <p><b>Ownership.</b> The slices belong to the record, lie on the heap and are never re-pointed.
 *
 * @param table name of the table
 * @param from where they begin; null: with the table's first row
 * @param to where they end; null: with the table's last row
 * @param rows how many there are; {@link #UNKNOWN}: that is lost too
 */
public record RowRange(String table, @Nullable Position from, @Nullable Position to, long rows) {
  /** For a number of rows that nothing tells any more. */
  public static final long UNKNOWN = -1;

  /** A key, split by the rule of its table. */
  public record Position(Slice prefix, Slice suffix) {
    static Position of(Slice key, PrefixExtractor extractor) {
      int length = Math.min(key.length(), extractor.prefixLength(key));
      return new Position(
          Slice.copyOf(new Slice().set(key, 0, length)),
          Slice.copyOf(new Slice().set(key, length, key.length() - length)));
    }

    @Override
    public String toString() {
      return "prefix " + prefix + (suffix.isEmpty() ? "" : " suffix " + suffix);
    }
  }

  /** The rows between two keys, null where a key is not known. */
  public static RowRange of(
      String table,
      PrefixExtractor extractor,
      @Nullable Slice from,
      @Nullable Slice to,
      long rows) {
    return new RowRange(
        table,
        from == null ? null : Position.of(from, extractor),
        to == null ? null : Position.of(to, extractor),
        rows);
  }

  /** Such as "table chat, prefix 'anna', suffixes 0x01 to 0x09, 4 rows". */
  @Override
  public String toString() {
    String count = rows == UNKNOWN ? "" : ", " + rows + (rows == 1 ? " row" : " rows");
    return "table " + table + ", " + between() + count;
  }

  private String between() {
    if (from == null && to == null) {
      return "all rows";
    }
    if (from == null || to == null) {
      return from == null ? "rows up to " + to : "rows from " + from + " on";
    }
    if (!from.prefix().equals(to.prefix())) {
      return "rows from " + from + " to " + to;
    }
    if (from.suffix().equals(to.suffix())) {
      return from.toString();
    }
    return "prefix " + from.prefix() + ", suffixes " + from.suffix() + " to " + to.suffix();
  }
}
