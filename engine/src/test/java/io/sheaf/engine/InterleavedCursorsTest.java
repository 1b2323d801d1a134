package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.grouping.DelimitedPrefix;
import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.key.PrefixExtractor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Several cursors of one thread, over several tables, stepped in turn while the store is written,
 * flushed and merged: each shows its own moment, whatever the parts it is made of served before.
 * Keys begin with more bytes in common than a head has, end at any length, and are never deleted by
 * range, so that steps over plain rows are taken.
 *
 * <p>{@code -Dsheaf.test.seed=N} replays a run, {@code -Dsheaf.test.operations=N} makes it longer.
 */
class InterleavedCursorsTest {
  private static final int OPERATIONS = Integer.getInteger("sheaf.test.operations", 4_000);
  private static final int MOST_CURSORS = 6;
  private static final byte[] SHARED = "shared-by-all".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ENDS = {0, 1, 'x', (byte) 0xFF};
  private static final PrefixExtractor[] RULES = {
    new FixedPrefix(SHARED.length + 1),
    PrefixExtractor.WHOLE_KEY,
    new DelimitedPrefix((byte) ':'),
    new FixedPrefix(2)
  };

  private final long seed = TestSeed.next();
  private final Random random = new Random(seed);
  private final Table[] tables = new Table[RULES.length];
  private final List<NavigableMap<Slice, byte[]>> model = new ArrayList<>();
  private final List<Open> open = new ArrayList<>();
  private long nextId;

  /** A cursor and what it is to show. */
  private final class Open {
    final Cursor cursor;
    final NavigableMap<Slice, byte[]> rows;
    final boolean reverse;
    final String name;
    long left;
    NavigableMap<Slice, byte[]> behind;

    Open(Db db) throws IOException {
      int table = random.nextInt(tables.length);
      reverse = random.nextBoolean();
      left = random.nextInt(3) == 0 ? Long.MAX_VALUE : random.nextInt(40);
      NavigableMap<Slice, byte[]> all = model.get(table);
      byte[] lower = null;
      byte[] upper = null;
      if (random.nextBoolean()) { // inside of one group
        byte[] key = key();
        lower = Arrays.copyOf(key, Math.min(key.length, 2 + random.nextInt(14)));
        upper = successor(lower);
        if (random.nextBoolean()) {
          lower = key;
        }
      } else {
        lower = random.nextInt(3) == 0 ? null : key();
        upper = random.nextInt(3) == 0 ? null : key();
        if (lower != null && upper != null && Slice.of(lower).compareTo(Slice.of(upper)) > 0) {
          byte[] swapped = lower;
          lower = upper;
          upper = swapped;
        }
      }
      NavigableMap<Slice, byte[]> inside = new TreeMap<>(all);
      if (lower != null) {
        inside = inside.tailMap(Slice.of(lower), true);
      }
      if (upper != null) {
        inside = inside.headMap(Slice.of(upper), false);
      }
      rows = new TreeMap<>(reverse ? inside.descendingMap() : inside);
      behind = rows;
      CursorOptions options =
          CursorOptions.ALL.between(lower, upper).limit(left).withFillCache(random.nextInt(4) != 0);
      options = reverse ? options.reversed() : options;
      name = "cursor of " + tables[table] + " by " + options + ", seed " + seed;
      try (Snapshot now = db.snapshot()) {
        cursor = db.cursor(tables[table], random.nextBoolean() ? options : options.at(now));
      }
    }

    void step() throws IOException {
      Map.Entry<Slice, byte[]> expected = left == 0 ? null : behind.firstEntry();
      if (expected == null) {
        assertFalse(cursor.next(), () -> name + " goes on");
        return;
      }
      assertTrue(cursor.next(), () -> name + " ends before " + expected.getKey());
      left--;
      behind = behind.tailMap(expected.getKey(), false);
      check(expected);
    }

    private void check(Map.Entry<Slice, byte[]> expected) throws IOException {
      if (random.nextInt(4) != 0) {
        assertEquals(expected.getKey(), cursor.key(), name);
      }
      if (random.nextInt(4) != 0) {
        assertArrayEquals(expected.getValue(), cursor.value().toByteArray(), name);
      }
    }

    void seek() throws IOException {
      Slice target = Slice.of(key());
      cursor.seek(target);
      boolean before =
          rows.isEmpty()
              || (reverse
                  ? rows.firstKey().compareTo(target) < 0
                  : rows.firstKey().compareTo(target) > 0);
      behind = before ? rows : rows.tailMap(target, true);
    }
  }

  @Test
  void eachShowsItsMoment() throws Exception {
    try (Db db = SmallStore.open(new MemoryFileSystem())) {
      for (int i = 0; i < tables.length; i++) {
        tables[i] = db.openTable("t" + i, SmallStore.TABLE.withPrefix(RULES[i]));
        model.add(new TreeMap<>());
      }
      for (int i = 0; i < OPERATIONS; i++) {
        act(db);
      }
      for (Table table : tables) {
        db.dropTable(table);
      }
      db.flush();
      while (!open.isEmpty()) {
        Open one = open.removeLast();
        for (int i = 0; i < 500; i++) {
          one.step();
        }
        one.cursor.close();
      }
    }
  }

  private void act(Db db) throws Exception {
    int choice = random.nextInt(1000);
    if (choice < 300) {
      write(db);
    } else if (choice < 450) {
      if (open.size() < MOST_CURSORS) {
        open.add(new Open(db));
      }
    } else if (choice < 455) {
      db.flush();
    } else if (choice < 456) {
      db.compact(tables[random.nextInt(tables.length)], null, null);
    } else if (choice < 500) {
      get(db);
    } else if (open.isEmpty()) {
      return;
    } else if (choice < 560) {
      open.get(random.nextInt(open.size())).seek();
    } else if (choice < 640) {
      open.remove(random.nextInt(open.size())).cursor.close();
    } else {
      Open one = open.get(random.nextInt(open.size()));
      for (int i = random.nextInt(60); i >= 0; i--) {
        one.step();
      }
    }
  }

  private void get(Db db) throws IOException {
    int table = random.nextInt(tables.length);
    Slice key = Slice.of(key());
    byte[] expected = model.get(table).get(key);
    boolean found =
        db.get(
            tables[table],
            key,
            null,
            value -> {
              try {
                Slice other = Slice.of(key());
                byte[] inner = db.get(tables[table], other.toByteArray());
                assertArrayEquals(model.get(table).get(other), inner);
                if (!open.isEmpty()) {
                  open.getLast().step();
                }
              } catch (IOException e) {
                throw new AssertionError(e);
              }
              assertArrayEquals(expected, value.toByteArray());
            });
    assertEquals(expected != null, found);
  }

  private void write(Db db) throws IOException {
    WriteBatch batch = new WriteBatch();
    for (int i = random.nextInt(30); i >= 0; i--) {
      int table = random.nextInt(tables.length);
      byte[] key = key();
      if (random.nextInt(10) == 0) {
        batch.delete(tables[table], key);
        model.get(table).remove(Slice.of(key));
      } else {
        byte[] value = new byte[random.nextInt(20) == 0 ? 0 : random.nextInt(150)];
        random.nextBytes(value);
        batch.put(tables[table], key, value);
        model.get(table).put(Slice.of(key), value);
      }
    }
    db.write(batch);
  }

  private byte[] key() {
    if (random.nextInt(40) == 0) {
      return Arrays.copyOf(SHARED, 1 + random.nextInt(SHARED.length));
    }
    ByteBuffer key = ByteBuffer.allocate(64).put(SHARED).put(ENDS[random.nextInt(ENDS.length)]);
    if (random.nextInt(3) == 0) {
      key.put((byte) ':');
    }
    switch (random.nextInt(4)) {
      case 0 -> {
        for (int i = random.nextInt(12); i > 0; i--) {
          key.put(ENDS[random.nextInt(random.nextBoolean() ? 1 : ENDS.length)]);
        }
      }
      case 1 -> key.putLong(random.nextInt(300));
      default -> key.putLong(random.nextInt(10) == 0 ? random.nextLong(nextId + 1) : ++nextId);
    }
    return Arrays.copyOf(key.array(), key.position());
  }

  private static byte @Nullable [] successor(byte[] prefix) {
    byte[] next = prefix.clone();
    for (int i = next.length - 1; i >= 0; i--) {
      if (++next[i] != 0) {
        return Arrays.copyOf(next, i + 1);
      }
    }
    return null;
  }
}
