package io.sheaf.server.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A large value has a row of its own, which who does not need it does not read. */
final class KeyHeadTest {
  private static final int KEYS = 20;
  private static final int STEPS = 4_000;

  @TempDir private Path directory;
  private Db db;
  private Keyspace keyspace;
  private long now = 1_000_000;

  @BeforeEach
  void open() throws IOException {
    db = Sheaf.open(directory, DbOptions.DEFAULT.withMemory(64L << 20, 16L << 20));
    keyspace = Keyspace.open(db, () -> now);
  }

  @AfterEach
  void close() throws IOException {
    db.close();
  }

  @Test
  void rowsFitTogether() throws IOException, InterruptedException {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    for (int step = 0; step < STEPS; step++) {
      change(random);
      now += random.nextInt(20);
      if (step % 100 == 0) {
        checkRows("seed " + seed + ", step " + step);
      }
      if (step % 1_000 == 999) {
        db.flush();
      }
    }
  }

  private void change(Random random) throws IOException {
    long[] places = new long[KEYS];
    for (int i = 0; i < KEYS; i++) {
      places[i] = KeyPlace.of(key(i));
    }
    try (KeyLocks.Held _ = keyspace.locks().lock(places);
        Transaction rows = keyspace.begin()) {
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        byte[] key = key(random.nextInt(KEYS));
        KeyHead seen = random.nextBoolean() ? rows.head(key) : head(rows.find(key));
        assertEquals(expiry(head(rows.find(key))), expiry(seen));
        switch (random.nextInt(40)) {
          case 0 -> rows.deleteAll();
          case 1, 2, 3, 4, 5, 6 -> rows.delete(key);
          case 7, 8, 9, 10 ->
              rows.put(
                  key,
                  StreamRow.empty(keyspace.newStreamNumber())
                      .withExpireAtMillis(expiryOrNever(random)));
          default ->
              rows.put(key, new StringRow(expiryOrNever(random), new byte[random.nextInt(300)]));
        }
      }
      if (random.nextInt(10) > 0) {
        rows.commit();
      }
    }
  }

  private long expiryOrNever(Random random) {
    return random.nextInt(3) > 0 ? KeyRow.NEVER : now + random.nextInt(100);
  }

  /** Each large string, and nothing else, has a row for its value, with the same expiry. */
  private void checkRows(String when) throws IOException {
    Map<Slice, Long> expected = new HashMap<>();
    try (Cursor rows = db.cursor(keyspace.tables().keys(), CursorOptions.ALL)) {
      while (rows.next()) {
        byte[] rowKey = rows.key().toByteArray();
        KeyHead head = KeyRowFormat.decodeHead(rowKey, rows.value());
        if (head.isLarge()) {
          expected.put(Slice.of(rowKey), head.expireAtMillis());
        } else if (KeyRowFormat.decode(rowKey, rows.value()) instanceof StringRow string) {
          assertTrue(string.value().length() < 128, when);
        }
      }
    }
    Map<Slice, Long> found = new HashMap<>();
    try (Cursor rows = db.cursor(keyspace.tables().values(), CursorOptions.ALL)) {
      while (rows.next()) {
        byte[] rowKey = rows.key().toByteArray();
        StringRow string = (StringRow) KeyRowFormat.decode(rowKey, rows.value());
        assertTrue(string.value().length() >= 128, when);
        found.put(Slice.of(rowKey), string.expireAtMillis());
      }
    }
    assertEquals(expected, found, when);
    try (Transaction rows = keyspace.begin()) {
      for (int i = 0; i < KEYS; i++) {
        KeyRow row = rows.find(key(i));
        KeyHead head = rows.head(key(i));
        assertTrue(rows.show(key(i), shown -> Objects.equals(row, shown)), when);
        assertEquals(row == null ? "none" : row.type(), head == null ? "none" : head.type(), when);
        assertEquals(expiry(head(row)), expiry(head), when);
      }
    }
  }

  @Test
  void aLargeValueIsOverwrittenUnread() throws IOException {
    byte[] key = key(1);
    put(key, new byte[5_000]);
    byte[] rowKey = KeyPlace.rowKey(key);
    db.put(keyspace.tables().values(), rowKey, new byte[] {0x70}); // of a newer release
    try (Transaction rows = keyspace.begin()) {
      assertThrows(IllegalStateException.class, () -> rows.find(key));
      assertEquals("string", type(rows.head(key)));
    }
    put(key, new byte[3]);
    assertEquals(1, keyspace.size());
    try (Transaction rows = keyspace.begin()) {
      assertEquals(new StringRow(KeyRow.NEVER, new byte[3]), rows.find(key));
    }
  }

  /** As stores have them that were written before large values had rows of their own. */
  @Test
  void aLargeValueInTheRowOfItsKeyIsReadAndReplaced() throws IOException {
    StringRow old = new StringRow(now + 50, new byte[5_000]);
    StringRow longer = new StringRow(now + 50, new byte[6_000]);
    for (int number = 0; number < 5; number++) {
      put(key(number), new byte[1]); // counted
      byte[] inline = new byte[KeyRowFormat.bytes(old)];
      KeyRowFormat.encode(old, Slice.of(inline));
      db.put(keyspace.tables().keys(), KeyPlace.rowKey(key(number)), inline);
      db.put(
          keyspace.tables().expiry(),
          Transaction.expiryKey(old.expireAtMillis(), key(number)),
          new byte[0]);
      try (Transaction rows = keyspace.begin()) {
        byte[] key = key(number);
        assertEquals(old, rows.find(key));
        assertTrue(rows.show(key, old::equals));
        assertEquals(old.expireAtMillis(), expiry(rows.head(key)));
      }
    }
    change(rows -> rows.put(key(0), longer));
    change(rows -> rows.put(key(1), new StringRow(KeyRow.NEVER, new byte[3])));
    change(rows -> rows.delete(key(2)));
    change(rows -> {
      rows.put(key(9), Objects.requireNonNull(rows.find(key(3)))); // as RENAME does
      rows.delete(key(3));
    });
    checkValues(Set.of(0, 9));
    try (Transaction rows = keyspace.begin()) {
      assertEquals(longer, rows.find(key(0)));
      assertEquals(new StringRow(KeyRow.NEVER, new byte[3]), rows.find(key(1)));
      assertNull(rows.find(key(2)));
      assertNull(rows.find(key(3)));
      assertEquals(old, rows.find(key(9)));
    }
    assertEquals(4, keyspace.size());
    now += 100;
    for (byte[] expired : List.of(key(0), key(4), key(9))) {
      keyspace.removeExpired(expired);
    }
    assertEquals(1, keyspace.size());
    checkValues(Set.of());
  }

  private interface Change {
    void make(Transaction rows) throws IOException;
  }

  private void change(Change change) throws IOException {
    try (KeyLocks.Held _ = keyspace.locks().lockAll();
        Transaction rows = keyspace.begin()) {
      change.make(rows);
      rows.commit();
    }
  }

  /** The keys whose values have rows of their own. */
  private void checkValues(Set<Integer> expected) throws IOException {
    Set<Integer> found = new HashSet<>();
    try (Cursor values = db.cursor(keyspace.tables().values(), CursorOptions.ALL)) {
      while (values.next()) {
        found.add(ByteBuffer.wrap(KeyPlace.key(values.key().toByteArray())).getInt());
      }
    }
    assertEquals(expected, found);
  }

  @Test
  void aValueThatIsMissingIsNamed() throws IOException {
    byte[] key = key(1);
    put(key, new byte[5_000]);
    db.delete(keyspace.tables().values(), KeyPlace.rowKey(key));
    try (Transaction rows = keyspace.begin()) {
      for (Executable read :
          new Executable[] {() -> rows.find(key), () -> rows.show(key, row -> row == null)}) {
        String message =
            String.valueOf(assertThrows(IllegalStateException.class, read).getMessage());
        assertTrue(message.contains("of table 'key_value' is missing"), message);
      }
    }
  }

  /** Who reads without a lock sees the value from before or after each change, never none. */
  @Test
  void aReaderMeetsNoValueHalfMoved() throws Exception {
    byte[] key = key(1);
    List<StringRow> values =
        List.of(
            new StringRow(KeyRow.NEVER, new byte[3]), new StringRow(KeyRow.NEVER, new byte[300]));
    put(key, values.getFirst().bytes());
    AtomicBoolean done = new AtomicBoolean();
    FutureTask<Integer> reader = new FutureTask<>(() -> readUntil(done, key, values));
    Thread.ofPlatform().name("reader").start(reader);
    try {
      for (int i = 0; i < 20_000; i++) {
        put(key, values.get(i % 2).bytes());
      }
    } finally {
      done.set(true);
    }
    assertTrue(reader.get(1, TimeUnit.MINUTES) > 0);
  }

  private int readUntil(AtomicBoolean done, byte[] key, List<StringRow> values) throws IOException {
    int reads = 0;
    while (!done.get() || reads == 0) {
      try (Transaction rows = keyspace.begin()) {
        KeyRow found = rows.find(key);
        assertTrue(found instanceof StringRow && values.contains(found), String.valueOf(found));
        assertTrue(rows.show(key, row -> row instanceof StringRow && values.contains(row)));
      }
      reads++;
    }
    return reads;
  }

  private void put(byte[] key, byte[] value) throws IOException {
    try (KeyLocks.Held _ = keyspace.locks().lock(KeyPlace.of(key));
        Transaction rows = keyspace.begin()) {
      rows.put(key, new StringRow(KeyRow.NEVER, value));
      rows.commit();
    }
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  private static @Nullable KeyHead head(@Nullable KeyRow row) {
    return row == null ? null : KeyHead.of(row);
  }

  private static long expiry(@Nullable KeyHead head) {
    return head == null ? -1 : head.expireAtMillis();
  }

  private static String type(@Nullable KeyHead head) {
    return head == null ? "none" : head.type();
  }
}
