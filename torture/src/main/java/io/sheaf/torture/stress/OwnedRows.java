package io.sheaf.torture.stress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows that one thread alone writes, so that it knows at any moment what each read must show,
 * whatever others do beside it. They lie in groups that all owners share, in two tables; each batch
 * also sets the number of the batch in both, from which others tell how far the owner is.
 *
 * <p><b>Thread safety.</b> None, but for {@link #begun} and {@link #acknowledged}.
 */
final class OwnedRows {
  /** Tables that all owners share. */
  static final int TABLES = 2;

  private static final int GROUPS = 12;
  private static final int IDS = 250;
  private static final int MOST_HELD = 3;

  /** A snapshot and what it must show. */
  private record Held(Snapshot snapshot, List<NavigableMap<Slice, byte[]>> rows) {}

  private final int owner;
  private final Random random;
  private final List<NavigableMap<Slice, byte[]>> rows = new ArrayList<>();
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private int batches;
  private volatile int begun;
  private volatile int acknowledged;

  OwnedRows(int owner, Random random) {
    this.owner = owner;
    this.random = random;
    for (int table = 0; table < TABLES; table++) {
      rows.add(new TreeMap<>());
    }
  }

  /** Key of the row in which each table holds the number of an owner's last batch. */
  static byte[] numberKey(int owner) {
    return ("num" + owner).getBytes(StandardCharsets.US_ASCII);
  }

  /** The number in such a row; 0 where there is none. */
  static int number(byte @Nullable [] value) {
    return value == null ? 0 : ByteBuffer.wrap(value).getInt();
  }

  /** Number of the batch that was last begun. */
  int begun() {
    return begun;
  }

  /** Number of the batch that was last acknowledged. */
  int acknowledged() {
    return acknowledged;
  }

  /** Writes or reads something. */
  void step(Db db, Table[] tables) throws IOException {
    switch (random.nextInt(20)) {
      case 0 -> hold(db);
      case 1 -> release(db, tables);
      case 2, 3, 4 -> scan(db, tables);
      case 5, 6, 7, 8, 9 -> get(db, tables);
      default -> write(db, tables);
    }
  }

  /** Compares all rows with what is known. */
  void checkAll(Db db, Table[] tables) throws IOException {
    for (int table = 0; table < TABLES; table++) {
      for (int group = 0; group < GROUPS; group++) {
        compare(db, tables, table, group, null, rows);
      }
    }
    assertEquals(acknowledged, number(db.get(tables[0], numberKey(owner))));
  }

  /** Compares what snapshots show with what they must, and gives them back. */
  void releaseAll(Db db, Table[] tables) throws IOException {
    while (!held.isEmpty()) {
      release(db, tables);
    }
  }

  private void write(Db db, Table[] tables) throws IOException {
    WriteBatch batch = new WriteBatch();
    int number = ++batches;
    byte[] counted = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    for (Table table : tables) {
      batch.put(table, numberKey(owner), counted);
    }
    for (int i = random.nextInt(8); i >= 0; i--) {
      change(batch, tables, random.nextInt(TABLES));
    }
    Durability level =
        switch (random.nextInt(50)) {
          case 0 -> Durability.SYNC;
          case 1, 2, 3, 4, 5, 6, 7, 8, 9 -> Durability.WRITTEN;
          default -> Durability.BUFFERED;
        };
    begun = number;
    db.write(batch, level);
    acknowledged = number;
  }

  private void change(WriteBatch batch, Table[] tables, int table) {
    int group = random.nextInt(GROUPS);
    byte[] key = key(group, random.nextInt(IDS));
    NavigableMap<Slice, byte[]> known = rows.get(table);
    switch (random.nextInt(24)) {
      case 0 -> {
        byte[] to = key(group, IDS);
        batch.deleteRange(tables[table], key, to);
        known.subMap(Slice.of(key), true, Slice.of(to), false).clear();
      }
      case 1, 2, 3 -> {
        batch.delete(tables[table], key);
        known.remove(Slice.of(key));
      }
      default -> {
        byte[] value = value();
        batch.put(tables[table], key, value);
        known.put(Slice.of(key), value);
      }
    }
  }

  private void get(Db db, Table[] tables) throws IOException {
    int table = random.nextInt(TABLES);
    byte[] key = key(random.nextInt(GROUPS), random.nextInt(IDS));
    assertArrayEquals(rows.get(table).get(Slice.of(key)), db.get(tables[table], key));
  }

  private void scan(Db db, Table[] tables) throws IOException {
    compare(db, tables, random.nextInt(TABLES), random.nextInt(GROUPS), null, rows);
  }

  private void hold(Db db) {
    if (held.size() < MOST_HELD) {
      List<NavigableMap<Slice, byte[]>> copy = new ArrayList<>();
      rows.forEach(table -> copy.add(new TreeMap<>(table)));
      held.add(new Held(db.snapshot(), copy));
    }
  }

  private void release(Db db, Table[] tables) throws IOException {
    Held oldest = held.poll();
    if (oldest != null) {
      try (Snapshot snapshot = oldest.snapshot()) {
        for (int table = 0; table < TABLES; table++) {
          compare(db, tables, table, random.nextInt(GROUPS), snapshot, oldest.rows());
        }
      }
    }
  }

  private void compare(
      Db db,
      Table[] tables,
      int table,
      int group,
      @Nullable Snapshot snapshot,
      List<NavigableMap<Slice, byte[]>> known)
      throws IOException {
    byte[] from = key(group, 0);
    byte[] to = key(group, IDS);
    NavigableMap<Slice, byte[]> expected =
        known.get(table).subMap(Slice.of(from), true, Slice.of(to), false);
    CursorOptions options = CursorOptions.ALL.between(from, to);
    if (random.nextBoolean()) {
      options = options.reversed();
      expected = expected.descendingMap();
    }
    if (snapshot != null) {
      options = options.at(snapshot);
    }
    Iterator<Map.Entry<Slice, byte[]>> wanted = expected.entrySet().iterator();
    try (Cursor cursor = db.cursor(tables[table], options)) {
      while (cursor.next()) {
        if (!wanted.hasNext()) {
          throw new AssertionError(cursor.key() + " should not be in table " + table);
        }
        Map.Entry<Slice, byte[]> row = wanted.next();
        assertEquals(row.getKey(), cursor.key());
        assertArrayEquals(row.getValue(), cursor.value().toByteArray(), row.getKey()::toString);
      }
    }
    if (wanted.hasNext()) {
      throw new AssertionError(wanted.next().getKey() + " is gone from table " + table);
    }
  }

  private byte[] key(int group, int id) {
    return String.format(Locale.ROOT, "g%02dw%d%04d", group, owner, id)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] value() {
    byte[] value = new byte[random.nextInt(random.nextInt(20) == 0 ? 4_000 : 250)];
    random.nextBytes(value);
    return value;
  }
}
