package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.BulkWriter;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.db.WriteCondition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Random batches over two tables, in the order in which they were written, and what a store holds
 * after any number of them. Each batch also sets a row of both tables to its number, so that a
 * store says itself how many it holds; the rest of its rows must then fit.
 *
 * <p><b>Thread safety.</b> One thread writes; {@link #size} may be asked by any.
 */
public final class BatchHistory {
  /** Number of tables. */
  public static final int TABLES = 2;

  private static final byte[] NUMBER_KEY = {'#'};

  private static final int MOST_INGESTED = 60;

  /** How long the second table keeps its rows: longer than any run takes, but not from 1970 on. */
  private static final long TTL_MILLIS = Duration.ofDays(3_650).toMillis();

  /** Of so many batches, and of as many other keys, a check asks for those that are not there. */
  private static final int ABSENT_DRAWS = 8;

  /** What values begin with, so that a dictionary has something to learn. */
  private static final List<byte[]> OPENINGS =
      Stream.of(
              "{\"from\":\"someone\",\"text\":\"", "{\"room\":\"lobby\",\"joined\":\"", "see you ")
          .map(text -> text.getBytes(StandardCharsets.US_ASCII))
          .toList();

  /** A change: a put, a delete (no value), or a range delete (with an end). */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Change(int table, byte[] key, byte @Nullable [] value, byte @Nullable [] end) {}

  /**
   * A change as the log shows it: a put, a delete (no value), or a range delete (with an end).
   *
   * @param table place of its table
   */
  record Logged(int table, Slice key, @Nullable Slice value, @Nullable Slice end) {
    /** What stands for all rows that were ingested at a time. */
    static final Logged INGESTED = new Logged(-1, new Slice(), null, null);
  }

  private final List<List<Change>> batches;
  private final BitSet ingested = new BitSet(); // the batches of drawRows

  /** Behind so many batches, how many marks of files that no crash has let become part of it. */
  private final NavigableMap<Integer, Integer> loneMarks = new TreeMap<>();

  private volatile int size;

  /** A history without a batch. */
  public BatchHistory() {
    this(List.of());
  }

  private BatchHistory(List<List<Change>> batches) {
    this.batches = new ArrayList<>(batches);
    this.size = batches.size();
  }

  /** Number of batches. */
  public int size() {
    return size;
  }

  /** The first {@code count} batches, to go on from there. */
  public BatchHistory prefix(int count) {
    BatchHistory prefix = new BatchHistory(batches.subList(0, count));
    prefix.ingested.or(ingested.get(0, count));
    prefix.loneMarks.putAll(loneMarks.headMap(count, true));
    return prefix;
  }

  /**
   * A history that goes on behind {@code count} batches whose rows are not known: to write by, not
   * to check by.
   */
  public static BatchHistory behind(int count) {
    return new BatchHistory(Collections.nCopies(count, List.of()));
  }

  /** Draws the next batch; it counts as written from now on. */
  public WriteBatch next(Table[] tables, Random random) {
    draw(random);
    return last(tables);
  }

  /** Draws the next batch, as {@link #next} does, and leaves the writing to another process. */
  public void draw(Random random) {
    List<Change> changes = new ArrayList<>();
    changes.add(new Change(0, NUMBER_KEY, number(batches.size() + 1), null));
    for (int i = random.nextInt(8); i > 0; i--) {
      int table = random.nextInt(TABLES);
      byte[] key = key(random);
      switch (random.nextInt(30)) {
        case 0 -> changes.add(rangeDelete(table, key, key(random)));
        case 1, 2, 3 -> changes.add(new Change(table, key, null, null));
        default -> changes.add(new Change(table, key, value(random), null));
      }
    }
    changes.add(new Change(1, NUMBER_KEY, number(batches.size() + 1), null));
    batches.add(changes);
    size = batches.size();
  }

  /** Draws the next batch, of puts of different keys, to be brought in by {@link #ingest}. */
  public void drawRows(Random random) {
    List<NavigableMap<Slice, Change>> rows = new ArrayList<>();
    for (int table = 0; table < TABLES; table++) {
      rows.add(new TreeMap<>());
      put(rows, new Change(table, NUMBER_KEY, number(batches.size() + 1), null));
    }
    for (int i = random.nextInt(MOST_INGESTED); i > 0; i--) {
      put(rows, new Change(random.nextInt(TABLES), key(random), value(random), null));
    }
    ingested.set(batches.size());
    batches.add(rows.stream().flatMap(table -> table.values().stream()).toList());
    size = batches.size();
  }

  private static void put(List<NavigableMap<Slice, Change>> rows, Change change) {
    rows.get(change.table()).put(Slice.of(change.key()), change);
  }

  /** Brings the last batch into the store past its log: it came from {@link #drawRows}. */
  public void ingest(Db db, Table[] tables) throws IOException, InterruptedException {
    List<BulkWriter> writers = new ArrayList<>();
    try {
      for (Table table : tables) {
        writers.add(db.bulkWriter(table));
      }
      for (Change change : batches.getLast()) {
        byte[] value = change.value();
        if (value == null) {
          throw new IllegalStateException("the last batch holds more than puts");
        }
        writers.get(change.table()).put(change.key(), value);
      }
      db.ingest(writers);
    } finally {
      for (BulkWriter writer : writers) {
        writer.close();
      }
    }
  }

  private WriteBatch last(Table[] tables) {
    WriteBatch batch = new WriteBatch();
    for (Change change : batches.getLast()) {
      Table table = tables[change.table()];
      byte[] value = change.value();
      byte[] end = change.end();
      if (end != null) {
        batch.deleteRange(table, change.key(), end);
      } else if (value != null) {
        batch.put(table, change.key(), value);
      } else {
        batch.delete(table, change.key());
      }
    }
    return batch;
  }

  /**
   * Opens or creates the tables: the first without a dictionary, the others with one, and with
   * write times.
   *
   * @return one for each number of a table
   */
  public static Table[] openTables(Db db) throws IOException {
    Table[] tables = new Table[TABLES];
    for (int i = 0; i < TABLES; i++) {
      tables[i] =
          db.openTable(
              "table-" + i,
              i == 0
                  ? SmallStore.TABLE
                  : SmallStore.TABLE_WITH_DICTIONARY.withTtlMillis(TTL_MILLIS));
    }
    return tables;
  }

  /** The tables that are there, of those of a history. */
  static Table[] findTables(Db db) {
    return IntStream.range(0, TABLES)
        .mapToObj(i -> db.findTable("table-" + i))
        .flatMap(Optional::stream)
        .toArray(Table[]::new);
  }

  /** Holds as long as no batch was written since a snapshot. */
  static WriteCondition unchangedSince(Table[] tables, Snapshot snapshot) {
    return WriteCondition.unchangedSince(tables[0], NUMBER_KEY, snapshot);
  }

  /** The number of batches that a store says it holds. */
  public static int number(Db db) throws IOException {
    Optional<Table> table = db.findTable("table-0");
    byte[] found = table.isPresent() ? db.get(table.get(), NUMBER_KEY) : null;
    return found == null ? 0 : ByteBuffer.wrap(found).getInt();
  }

  /**
   * Reads all rows of a store by cursor in both directions and by key, and checks that they are
   * those after some number of batches between {@code least} and {@code most}; and that some keys
   * that are not among them are not found: deleted, lost or never written.
   *
   * @return that number
   */
  public int check(Db db, int least, int most) throws IOException {
    List<NavigableMap<Slice, Slice>> found = new ArrayList<>();
    for (int i = 0; i < TABLES; i++) {
      Optional<Table> table = db.findTable("table-" + i);
      found.add(
          table.isPresent() ? scan(db, table.get(), CursorOptions.ALL, false) : new TreeMap<>());
    }
    int held = numberIn(found.get(0));
    assertEquals(held, numberIn(found.get(1)), "a batch is there in one of its two tables");
    assertTrue(
        held >= least && held <= most,
        () -> "holds " + held + " batches instead of " + least + " to " + most);
    List<NavigableMap<Slice, Slice>> expected = after(held);
    for (int i = 0; i < TABLES; i++) {
      String what = "table " + i + " after batch " + held;
      assertEquals(expected.get(i).keySet(), found.get(i).keySet(), what);
      assertEquals(expected.get(i), found.get(i), what);
      Optional<Table> table = db.findTable("table-" + i);
      if (table.isPresent()) {
        NavigableMap<Slice, Slice> backwards =
            scan(db, table.get(), CursorOptions.ALL.reversed(), true);
        assertEquals(expected.get(i), backwards, () -> what + ", backwards");
        checkGets(db, table.get(), expected.get(i), absent(i, expected.get(i), held), what);
      }
    }
    return held;
  }

  /** Checks that a snapshot shows what a store held after {@code held} batches. */
  void checkAt(Db db, Snapshot snapshot, int held) throws IOException {
    List<NavigableMap<Slice, Slice>> expected = after(held);
    for (int i = 0; i < TABLES; i++) {
      Table table = db.table("table-" + i);
      assertEquals(
          expected.get(i),
          scan(db, table, CursorOptions.ALL.at(snapshot), false),
          "table " + i + " in a snapshot after batch " + held);
    }
  }

  /** All rows that a cursor shows, each behind the one before. */
  private static NavigableMap<Slice, Slice> scan(
      Db db, Table table, CursorOptions options, boolean backwards) throws IOException {
    NavigableMap<Slice, Slice> rows = new TreeMap<>();
    try (Cursor cursor = db.cursor(table, options)) {
      while (cursor.next()) {
        Slice key = Slice.copyOf(cursor.key());
        Slice last = rows.isEmpty() ? null : backwards ? rows.firstKey() : rows.lastKey();
        assertTrue(
            last == null || (backwards ? key.compareTo(last) < 0 : key.compareTo(last) > 0),
            () -> key + " comes after " + last + " in " + table);
        rows.put(key, Slice.copyOf(cursor.value()));
      }
    }
    return rows;
  }

  private static void checkGets(
      Db db, Table table, NavigableMap<Slice, Slice> rows, List<Slice> absent, String what)
      throws IOException {
    for (Slice key : rows.keySet()) {
      assertArrayEquals(
          value(rows, key), db.get(table, key.toByteArray()), () -> what + ": get of " + key);
    }
    for (Slice key : absent) {
      assertNull(db.get(table, key.toByteArray()), () -> what + ": get of " + key);
    }
  }

  /**
   * Some keys that are not among the rows after {@code held} batches: of those that a batch ever
   * named, and of any. Drawn by what the last of these batches holds, so that a seed replays.
   */
  private List<Slice> absent(int table, NavigableMap<Slice, Slice> rows, int held) {
    long seed = held;
    for (Change change : held == 0 ? List.<Change>of() : batches.get(held - 1)) {
      seed = 31 * seed + Arrays.hashCode(change.key());
    }
    Random random = new Random(seed);
    List<Slice> absent = new ArrayList<>();
    for (int i = 0; i < ABSENT_DRAWS; i++) {
      absent.add(Slice.of(key(random)));
      if (!batches.isEmpty()) {
        List<Change> batch = batches.get(random.nextInt(batches.size()));
        batch.stream()
            .filter(change -> change.table() == table)
            .forEach(change -> absent.add(Slice.of(change.key())));
      }
    }
    absent.removeIf(rows::containsKey);
    return absent;
  }

  /** The rows of each table after {@code count} batches. */
  public List<NavigableMap<Slice, Slice>> after(int count) {
    List<NavigableMap<Slice, Slice>> tables = new ArrayList<>();
    for (int i = 0; i < TABLES; i++) {
      tables.add(new TreeMap<>());
    }
    for (List<Change> batch : batches.subList(0, count)) {
      for (Change change : batch) {
        NavigableMap<Slice, Slice> rows = tables.get(change.table());
        Slice key = Slice.of(change.key());
        byte[] value = change.value();
        byte[] end = change.end();
        if (end != null) {
          rows.subMap(key, true, Slice.of(end), false).clear();
        } else if (value != null) {
          rows.put(key, Slice.of(value));
        } else {
          rows.remove(key);
        }
      }
    }
    return tables;
  }

  /** Whether a key ever had this value. */
  boolean wrote(int table, Slice key, Slice value) {
    for (List<Change> batch : batches) {
      for (Change change : batch) {
        byte[] written = change.value();
        if (written != null
            && change.table() == table
            && Slice.of(change.key()).equals(key)
            && Slice.of(written).equals(value)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Notes the marks of ingests that a crash has cut short in the store that holds all batches. */
  void noteLoneMarks(Db db) {
    long marks = db.lastSequence() - lastSequence(size());
    if (marks > 0) {
      loneMarks.put(size(), Math.toIntExact(marks));
    } else {
      loneMarks.remove(size());
    }
  }

  /** What the log shows of all batches, by sequence number from 1 on. */
  List<Logged> logged() {
    List<Logged> logged = new ArrayList<>();
    for (int i = 0; i <= batches.size(); i++) {
      logged.addAll(Collections.nCopies(loneMarks.getOrDefault(i, 0), Logged.INGESTED));
      if (i == batches.size()) {
        break;
      }
      if (ingested.get(i)) {
        logged.add(Logged.INGESTED);
      } else {
        batches
            .get(i)
            .forEach(change ->
                logged.add(
                    new Logged(
                        change.table(),
                        Slice.of(change.key()),
                        slice(change.value()),
                        slice(change.end()))));
      }
    }
    return logged;
  }

  private static @Nullable Slice slice(byte @Nullable [] bytes) {
    return bytes == null ? null : Slice.of(bytes);
  }

  /** The sequence number of the last change of the first {@code count} batches. */
  long lastSequence(int count) {
    return IntStream.range(0, count)
        .mapToLong(
            i -> loneMarks.getOrDefault(i, 0) + (ingested.get(i) ? 1 : batches.get(i).size()))
        .sum();
  }

  /** Whether a change of these sequence numbers, counted from 1, concerns a key. */
  boolean touches(int table, Slice key, long firstSequence, long lastSequence) {
    long sequence = 0;
    for (int i = 0; i < batches.size(); i++) {
      sequence += loneMarks.getOrDefault(i, 0) + (ingested.get(i) ? 1 : 0); // one for all its rows
      for (Change change : batches.get(i)) {
        sequence += ingested.get(i) ? 0 : 1;
        byte[] end = change.end();
        Slice from = Slice.of(change.key());
        if (sequence >= firstSequence
            && sequence <= lastSequence
            && change.table() == table
            && (end == null
                ? from.equals(key)
                : from.compareTo(key) <= 0 && key.compareTo(Slice.of(end)) < 0)) {
          return true;
        }
      }
    }
    return false;
  }

  private static Change rangeDelete(int table, byte[] a, byte[] b) {
    int order = Slice.of(a).compareTo(Slice.of(b));
    return order == 0
        ? new Change(table, a, null, null)
        : new Change(table, order < 0 ? a : b, null, order < 0 ? b : a);
  }

  private static byte[] key(Random random) {
    String text =
        String.format(
            Locale.ROOT,
            "g%c%04d",
            'a' + random.nextInt(5),
            random.nextInt(1 + random.nextInt(400)));
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] value(Random random) {
    byte[] value = new byte[random.nextInt(random.nextInt(12) == 0 ? 6_000 : 200)];
    for (int i = 0; i < value.length; i++) {
      value[i] = (byte) ('a' + random.nextInt(1 + random.nextInt(26)));
    }
    byte[] opening = OPENINGS.get(random.nextInt(OPENINGS.size()));
    System.arraycopy(opening, 0, value, 0, Math.min(opening.length, value.length));
    return value;
  }

  private static byte[] number(int batch) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(batch).array();
  }

  private static int numberIn(NavigableMap<Slice, Slice> rows) {
    Slice found = rows.get(Slice.of(NUMBER_KEY));
    return found == null ? 0 : ByteBuffer.wrap(found.toByteArray()).getInt();
  }

  private static byte[] value(NavigableMap<Slice, Slice> rows, Slice key) {
    Slice found = rows.get(key);
    if (found == null) {
      throw new AssertionError(key);
    }
    return found.toByteArray();
  }
}
