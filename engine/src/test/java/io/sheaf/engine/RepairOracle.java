package io.sheaf.engine;

import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.inspect.RowRange;
import io.sheaf.engine.repair.RepairReport;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.FileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says what is wrong with the store that a repair has made. A row that was never written under its
 * key in its table is wrong whatever the report says; a row that is gone, or shows an older state
 * than the last one, must be named by a loss:
 *
 * <ul>
 *   <li>one with rows names the keys between,
 *   <li>one of writes names the keys that these writes changed,
 *   <li>one of an SSTable that does not say any more which rows it had names whatever it may have
 *       had: every key, but never a value that was not written there,
 *   <li>any other says nothing of rows, and excuses none.
 * </ul>
 *
 * <p><b>Thread safety.</b> None.
 *
 * @param history what was written to the store, all of it durable
 * @param into directory of the new store
 */
record RepairOracle(BatchHistory history, Path into) {
  private static final Pattern LOST_WRITES = Pattern.compile("sequence numbers (\\d+) to (\\d+) ");
  private static final Pattern LOST_END = Pattern.compile("sequence numbers from (\\d+) on ");

  /** What is wrong, a line a row; empty: nothing. */
  String wrong(FileSystem disk, RepairReport report) throws IOException {
    return wrong(disk, report, history.size());
  }

  /** The same of the rows alone that no batch behind the first {@code untouched} has changed. */
  String wrong(FileSystem disk, RepairReport report, int untouched) throws IOException {
    long last = history.lastSequence(untouched);
    StringBuilder wrong = new StringBuilder();
    List<NavigableMap<Slice, Slice>> expected = history.after(history.size());
    try (Db db =
        Db.open(
            into,
            SmallStore.OPTIONS.withCreateIfMissing(false),
            Sheaf.components().withFileSystem(disk))) {
      NavigableMap<Slice, Slice> nameless = nameless(db);
      for (int i = 0; i < BatchHistory.TABLES; i++) {
        String name = nameNow(report, i);
        Table table = db.findTable(name).orElse(null);
        NavigableMap<Slice, Slice> found =
            table == null ? new TreeMap<>() : SmallStore.rows(db, table, CursorOptions.ALL);
        TreeMap<Slice, Slice> all = new TreeMap<>(expected.get(i));
        all.putAll(found);
        for (Slice key : all.keySet()) {
          if (history.touches(i, key, last + 1, Long.MAX_VALUE)) {
            continue;
          }
          String problem = problem(report, i, key, expected.get(i).get(key), found, nameless);
          if (!problem.isEmpty()) {
            wrong.append(name).append(' ').append(key).append(' ').append(problem).append('\n');
          }
        }
      }
    }
    return wrong.toString();
  }

  private String problem(
      RepairReport report,
      int table,
      Slice key,
      @Nullable Slice should,
      NavigableMap<Slice, Slice> found,
      NavigableMap<Slice, Slice> nameless) {
    Slice is = found.get(key);
    if (is != null && !history.wrote(table, key, is)) {
      return "was never " + is + ", but " + should;
    }
    // its delete may be in a file that does not say any more of which table it is
    boolean elsewhere =
        should == null ? !nameless.isEmpty() : Objects.equals(should, nameless.get(key));
    return Objects.equals(should, is) || elsewhere || isNamed(report, table, key)
        ? ""
        : "is " + is + " instead of " + should;
  }

  /**
   * The name of a table of the history in the new store: where nothing tells it any more, another.
   */
  private static String nameNow(RepairReport report, int table) {
    return report.tables().stream()
        .filter(found -> found.id() == table + 1 && !found.name().startsWith("lost-"))
        .map(RepairReport.RepairedTable::name)
        .findFirst()
        .orElse("table-" + table);
  }

  /** Rows of files that do not say any more of which table they are. */
  private static NavigableMap<Slice, Slice> nameless(Db db) throws IOException {
    NavigableMap<Slice, Slice> rows = new TreeMap<>();
    for (Table table : db.tables()) {
      if (table.name().startsWith("lost-")) {
        rows.putAll(SmallStore.rows(db, table, CursorOptions.ALL));
      }
    }
    return rows;
  }

  private boolean isNamed(RepairReport report, int table, Slice key) {
    String name = nameNow(report, table);
    return report.losses().stream().anyMatch(loss -> names(loss, table, name, key));
  }

  private boolean names(Finding loss, int table, String name, Slice key) {
    Matcher writes = LOST_WRITES.matcher(loss.problem());
    if (writes.find()) {
      return history.touches(
          table, key, Long.parseLong(writes.group(1)), Long.parseLong(writes.group(2)));
    }
    Matcher end = LOST_END.matcher(loss.problem());
    if (end.find()) {
      return history.touches(table, key, Long.parseLong(end.group(1)), Long.MAX_VALUE);
    }
    RowRange rows = loss.rows();
    return rows == null ? loss.file().endsWith(".sst") : covers(rows, name, key);
  }

  private static boolean covers(RowRange range, String table, Slice key) {
    return range.table().equals(table)
        && (range.from() == null || keyOf(range.from()).compareTo(key) <= 0)
        && (range.to() == null || keyOf(range.to()).compareTo(key) >= 0);
  }

  private static Slice keyOf(RowRange.@Nullable Position position) {
    byte[] prefix = Objects.requireNonNull(position).prefix().toByteArray();
    byte[] key = Arrays.copyOf(prefix, prefix.length + position.suffix().length());
    position.suffix().copyTo(key, prefix.length);
    return Slice.of(key);
  }
}
