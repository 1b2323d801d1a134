package io.sheaf.lsm.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.cursor.ScanBounds.Direction;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.SequenceNumber;
import io.sheaf.lsm.memtable.MemTableModel.Entry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link MemTable} must do, for the test of each to extend. */
public abstract class MemTableContract {
  private static final Slice EMPTY = new Slice();

  /** How far the many scans of random places go. */
  private static final int SHORT = 100;

  private static final int ALL = Integer.MAX_VALUE;

  /** An empty memtable of the kind under test. */
  protected abstract MemTable create(boolean keepsTimes);

  /** Bytes of {@link MemTable#memoryBytes} that are not taken from the pool. */
  protected long heapBytes(MemTable table) {
    return 0;
  }

  @Test
  void anEmptyTableHasNothing() throws IOException {
    try (MemTable table = create(false);
        PointResult result = new PointResult()) {
      assertFalse(table.get(Slice.utf8("a"), SequenceNumber.MAX, result));
      assertEquals(List.of(), scan(table, all(Direction.FORWARD), null, ALL));
      assertEquals(List.of(), scan(table, all(Direction.REVERSE), null, ALL));
      assertEquals(List.of(), scan(table, all(Direction.REVERSE), Slice.utf8("a"), ALL));
      assertEquals(0, table.entries());
      assertEquals(0, table.dataBytes());
    }
  }

  @Test
  void equalsTheModelWithFewKeys() throws IOException {
    compareWithModel(2_000, 40, 3, false);
  }

  @Test
  void equalsTheModelWithManyKeys() throws IOException {
    compareWithModel(6_000, 2_000, 12, true);
  }

  @Test
  void equalsTheModelWithRisingSuffixes() throws IOException {
    long seed = TestSeed.next();
    SplittableRandom random = new SplittableRandom(seed);
    MemTableModel model = new MemTableModel();
    try (MemTable table = create(true)) {
      for (long sequence = 1; sequence <= 5_000; sequence++) {
        // Mostly in order, some of it late, some of it again.
        long id = random.nextInt(10) == 0 ? random.nextLong(sequence) : sequence;
        Slice key = key(random.nextInt(50), id);
        add(table, model, sequence, kind(random), 1_000 + sequence, key, value(random, 40));
      }
      compareReads(table, model, random, 5_000, "seed " + seed);
    }
  }

  private void compareWithModel(int operations, int keys, int maxKeyBytes, boolean times)
      throws IOException {
    long seed = TestSeed.next();
    SplittableRandom random = new SplittableRandom(seed);
    List<Slice> pool = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      pool.add(randomKey(random, maxKeyBytes));
    }
    MemTableModel model = new MemTableModel();
    try (MemTable table = create(times)) {
      long sequence = 0;
      for (int round = 0; round < 4; round++) {
        for (int i = 0; i < operations / 4; i++) {
          sequence += 1 + random.nextInt(3);
          Slice key = pool.get(random.nextInt(keys));
          long time = times ? random.nextLong(1L << 45) : 0;
          add(table, model, sequence, kind(random), time, key, value(random, 64));
        }
        compareReads(table, model, random, sequence, "seed " + seed);
      }
    }
  }

  private static void compareReads(
      MemTable table, MemTableModel model, SplittableRandom random, long sequence, String seed)
      throws IOException {
    assertEquals(model.entries(), table.entries(), seed);
    assertEquals(model.dataBytes(), table.dataBytes(), seed);
    assertTrue(table.memoryBytes() >= 0, seed);
    for (Direction direction : Direction.values()) {
      assertEquals(
          model.scan(direction == Direction.REVERSE, null, ALL),
          scan(table, all(direction), null, ALL),
          () -> direction + ", " + seed);
    }
    List<Slice> targets = new ArrayList<>(model.keys());
    try (PointResult result = new PointResult()) {
      for (int i = 0; i < 300; i++) {
        Slice target =
            random.nextInt(4) == 0
                ? randomKey(random, 12)
                : targets.get(random.nextInt(targets.size()));
        long snapshot = random.nextBoolean() ? sequence : random.nextLong(sequence + 1);
        Entry expected = model.get(target, snapshot);
        boolean found = table.get(target, snapshot, result);
        assertEquals(
            expected == null ? "none" : expected.toString(),
            found ? MemTableModel.entry(target, result).toString() : "none",
            () -> "get " + target + " at " + snapshot + ", " + seed);
        if (i < 60) {
          compareScans(table, model, random, target, targets, seed);
        }
      }
    }
  }

  private static void compareScans(
      MemTable table,
      MemTableModel model,
      SplittableRandom random,
      Slice target,
      List<Slice> targets,
      String seed)
      throws IOException {
    for (Direction direction : Direction.values()) {
      boolean reverse = direction == Direction.REVERSE;
      assertEquals(
          model.scan(reverse, target, SHORT),
          scan(table, all(direction), target, SHORT),
          () -> direction + " from " + target + ", " + seed);
      Slice other = targets.get(random.nextInt(targets.size()));
      Slice end =
          random.nextInt(3) == 0
              ? successor(target.toByteArray(), random.nextInt(target.length()) + 1)
              : other;
      Slice lower = target.compareTo(end) <= 0 ? target : end;
      Slice upper = target.compareTo(end) <= 0 ? end : target;
      ScanBounds bounds = new ScanBounds(direction, lower, upper, ScanBounds.UNLIMITED, true);
      String what = direction + " of [" + lower + ", " + upper + "), " + seed;
      List<String> expected = model.scan(reverse, lower, upper, SHORT);
      assertEquals(expected, within(bounds, table, null), what);
      // A seek to the bound itself must not lose anything either.
      assertEquals(expected, within(bounds, table, reverse ? upper : lower), what);
    }
  }

  @Test
  void keysAndValuesOfAllSizes() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    MemTableModel model = new MemTableModel();
    try (MemTable table = create(false)) {
      long sequence = 0;
      for (int keyBytes = 1; keyBytes <= 64 << 10; keyBytes = keyBytes * 3 / 2 + 1) {
        for (int valueBytes : new int[] {0, 1, 5_000, 300_000}) {
          byte[] key = new byte[keyBytes];
          random.nextBytes(key);
          add(table, model, ++sequence, EntryKind.PUT, 0, Slice.of(key), bytes(valueBytes));
        }
      }
      add(table, model, ++sequence, EntryKind.PUT, 0, bytes(64 << 10), EMPTY);
      assertEquals(model.scan(false, null, ALL), scan(table, all(Direction.FORWARD), null, ALL));
      assertEquals(model.scan(true, null, ALL), scan(table, all(Direction.REVERSE), null, ALL));
    }
  }

  @Test
  void aValueOf64MegabytesBesideSmallOnes() throws IOException {
    try (MemTable table = create(false);
        PointResult result = new PointResult()) {
      byte[] large = new byte[64 << 20];
      large[large.length - 1] = 42;
      table.add(1, EntryKind.PUT, 0, key(1, 1), bytes(10));
      table.add(2, EntryKind.PUT, 0, key(1, 2), Slice.of(large));
      table.add(3, EntryKind.PUT, 0, key(1, 2), bytes(20));
      table.add(4, EntryKind.PUT, 0, key(1, 3), bytes(30));
      assertTrue(table.get(key(1, 2), 2, result));
      assertEquals(large.length, result.value().length());
      assertEquals(42, result.value().byteAt(large.length - 1));
      try (InternalCursor cursor = table.cursor(all(Direction.FORWARD))) {
        List<Integer> lengths = new ArrayList<>();
        for (cursor.seekFirst(); cursor.valid(); cursor.next()) {
          lengths.add(cursor.valueLength());
        }
        assertEquals(List.of(10, 20, 64 << 20, 30), lengths);
      }
    }
  }

  @Test
  void versionsComeNewestFirstBothWays() throws IOException {
    try (MemTable table = create(false)) {
      for (int sequence = 1; sequence <= 9; sequence++) {
        table.add(sequence, EntryKind.PUT, 0, key(1, sequence % 3), bytes(sequence));
      }
      assertEquals(
          List.of(9L, 6L, 3L, 7L, 4L, 1L, 8L, 5L, 2L), sequences(table, Direction.FORWARD));
      assertEquals(
          List.of(8L, 5L, 2L, 7L, 4L, 1L, 9L, 6L, 3L), sequences(table, Direction.REVERSE));
    }
  }

  @Test
  void aCursorSeesWhatCameBeforeItWasPositioned() throws IOException {
    try (MemTable table = create(false);
        InternalCursor forward = table.cursor(all(Direction.FORWARD));
        InternalCursor reverse = table.cursor(all(Direction.REVERSE))) {
      table.add(1, EntryKind.PUT, 0, key(1, 5), bytes(1));
      forward.seekFirst();
      reverse.seekFirst();
      assertEquals(key(1, 5), forward.key());
      assertEquals(key(1, 5), reverse.key());
      table.add(2, EntryKind.PUT, 0, key(1, 6), bytes(2));
      table.add(3, EntryKind.PUT, 0, key(1, 5), bytes(3));
      reverse.next();
      assertFalse(reverse.valid(), "the newer version of the current key comes before it");
      reverse.seek(key(1, 5));
      assertEquals(3, reverse.sequence());
      forward.seekFirst();
      assertEquals(3, forward.sequence());
      forward.next();
      forward.next();
      assertEquals(key(1, 6), forward.key());
      table.add(4, EntryKind.PUT, 0, key(0, 1), bytes(4));
      reverse.seek(key(0, 9));
      assertEquals(4, reverse.sequence());
    }
  }

  @Test
  void tenThousandPrefixesWithOneRow() throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    MemTableModel model = new MemTableModel();
    try (MemTable table = create(false);
        PointResult result = new PointResult()) {
      for (int i = 1; i <= 10_000; i++) {
        Slice key = key(random.nextInt(), 1);
        add(table, model, i, EntryKind.PUT, 0, key, bytes(3));
        if (i % 1_000 == 0) {
          assertEquals(model.scan(true, key, ALL), scan(table, all(Direction.REVERSE), key, ALL));
        }
      }
      assertEquals(model.scan(false, null, ALL), scan(table, all(Direction.FORWARD), null, ALL));
      for (Slice key : model.keys()) {
        assertTrue(table.get(key, SequenceNumber.MAX, result));
      }
    }
  }

  @Test
  void onePrefixWithAMillionRowsInOrder() throws IOException {
    try (MemTable table = create(false);
        PointResult result = new PointResult()) {
      int rows = 1_000_000;
      byte[] key = new byte[16];
      Slice keySlice = Slice.of(key);
      for (int i = 1; i <= rows; i++) {
        ByteBuffer.wrap(key).putLong(8, i);
        table.add(i, EntryKind.PUT, 0, keySlice, EMPTY);
      }
      for (Direction direction : Direction.values()) {
        try (InternalCursor cursor = table.cursor(all(direction))) {
          long count = 0;
          for (cursor.seekFirst(); cursor.valid(); cursor.next()) {
            count++;
            long expected = direction == Direction.FORWARD ? count : rows + 1 - count;
            if (cursor.sequence() != expected || cursor.key().longAt(8) != expected) {
              assertEquals(expected, cursor.sequence(), direction + ", row " + count);
            }
          }
          assertEquals(rows, count);
        }
      }
      for (int i = 1; i <= rows; i += 997) {
        ByteBuffer.wrap(key).putLong(8, i);
        assertTrue(table.get(keySlice, SequenceNumber.MAX, result));
        assertEquals(i, result.sequence());
        assertFalse(table.get(keySlice, i - 1, result));
      }
    }
  }

  @Test
  void onePrefixWithManyRowsInRandomOrder() throws IOException {
    SplittableRandom random = new SplittableRandom(13);
    try (MemTable table = create(false)) {
      int rows = 100_000;
      for (int i = 1; i <= rows; i++) {
        table.add(i, EntryKind.PUT, 0, key(1, random.nextLong(Long.MAX_VALUE)), EMPTY);
      }
      for (Direction direction : Direction.values()) {
        try (InternalCursor cursor = table.cursor(all(direction))) {
          long count = 0;
          long last = direction == Direction.FORWARD ? -1 : Long.MAX_VALUE;
          for (cursor.seekFirst(); cursor.valid(); cursor.next()) {
            long id = cursor.key().longAt(8);
            if (direction == Direction.FORWARD ? id < last : id > last) {
              assertEquals(last, id, direction + ", row " + count);
            }
            last = id;
            count++;
          }
          assertEquals(rows, count);
        }
      }
    }
  }

  @Test
  void addingAllocatesNothingForEachRow() throws JMException {
    byte[] key = new byte[16];
    Slice keySlice = Slice.of(key);
    Slice value = bytes(40);
    try (MemTable table = create(true)) {
      addRows(table, keySlice, key, value, 0, 20_000); // until the compiler has removed what it can
      addRows(table, keySlice, key, value, 20_000, 100_000);
      long before = allocatedBytes();
      addRows(table, keySlice, key, value, 100_000, 200_000);
      long bytes = allocatedBytes() - before;
      long grown = 2 * heapBytes(table); // an index that is on the heap doubles now and then
      assertTrue(bytes - grown < 100_000 * 2, bytes + " bytes on the heap for 100,000 rows");
    }
  }

  /** Bytes that this thread has allocated on the heap so far. */
  private static long allocatedBytes() throws JMException {
    ObjectName threads = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
    return (long)
        ManagementFactory.getPlatformMBeanServer()
            .getAttribute(threads, "CurrentThreadAllocatedBytes");
  }

  private static void addRows(
      MemTable table, Slice keySlice, byte[] key, Slice value, int from, int to) {
    ByteBuffer writer = ByteBuffer.wrap(key);
    for (int i = from; i < to; i++) {
      writer.putLong(0, i % 500);
      writer.putLong(8, i % 10 == 0 ? i - 5_000 : i); // a tenth of it late
      table.add(i + 1, EntryKind.PUT, 1_000 + i, keySlice, value);
    }
  }

  @Test
  void countsTheMemoryItTakesAndGivesItBack() {
    long before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
    MemTable table = create(false);
    for (int i = 1; i <= 20_000; i++) {
      table.add(i, EntryKind.PUT, 0, key(i % 100, i % 7 == 0 ? -i : i), bytes(100));
    }
    table.add(20_001, EntryKind.PUT, 0, key(1, 1), bytes(1_500_000));
    table.add(20_002, EntryKind.PUT, 0, key(101, 1), bytes(700_001));
    long taken = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() - before;
    assertEquals(taken, table.memoryBytes() - heapBytes(table));
    assertTrue(taken > table.dataBytes());
    table.close();
    assertEquals(before, PooledByteBufAllocator.DEFAULT.pinnedDirectMemory());
    table.close();
    assertEquals(before, PooledByteBufAllocator.DEFAULT.pinnedDirectMemory());
  }

  @Test
  void useAfterCloseThrows() throws IOException {
    MemTable table = create(false);
    table.add(1, EntryKind.PUT, 0, key(1, 1), bytes(1));
    table.add(2, EntryKind.PUT, 0, key(1, 1), bytes(1));
    InternalCursor cursor = table.cursor(all(Direction.FORWARD));
    cursor.seekFirst();
    table.close();
    PointResult result = new PointResult();
    assertThrows(ClosedException.class, () -> table.add(3, EntryKind.PUT, 0, key(1, 1), EMPTY));
    assertThrows(ClosedException.class, () -> table.get(key(1, 1), 9, result));
    assertThrows(ClosedException.class, () -> table.cursor(all(Direction.FORWARD)));
    assertThrows(ClosedException.class, cursor::seekFirst);
    assertThrows(ClosedException.class, () -> cursor.seek(key(1, 1)));
    assertThrows(ClosedException.class, cursor::next);
    assertThrows(ClosedException.class, cursor::key);
    assertThrows(ClosedException.class, cursor::value);
    assertThrows(ClosedException.class, cursor::sequence);
    assertThrows(ClosedException.class, cursor::kind);
    assertThrows(ClosedException.class, cursor::valueLength);
    cursor.close();
  }

  @Test
  @Timeout(120) // a broken list may have become a ring
  void readersBesideAWriterSeeEverythingUpToTheirSequence() throws Exception {
    try (MemTable table = create(false)) {
      new MemTableRace(table).run(60_000);
    }
  }

  @Test
  @Timeout(120)
  void newerVersionsAndNeighboursDoNotDisturbAReader() throws Exception {
    try (MemTable table = create(false)) {
      new MemTableHotKeyRace(table).run(60_000);
    }
  }

  private static void add(
      MemTable table,
      MemTableModel model,
      long sequence,
      EntryKind kind,
      long time,
      Slice key,
      Slice value) {
    Slice stored = kind == EntryKind.DELETE ? EMPTY : value;
    table.add(sequence, kind, time, key, stored);
    model.add(new Entry(Slice.copyOf(key), sequence, kind, time, Slice.copyOf(stored)));
  }

  private static List<String> scan(
      MemTable table, ScanBounds bounds, @Nullable Slice from, int limit) throws IOException {
    List<String> entries = new ArrayList<>();
    try (InternalCursor cursor = table.cursor(bounds)) {
      if (from == null) {
        cursor.seekFirst();
      } else {
        cursor.seek(from);
      }
      for (; cursor.valid() && entries.size() < limit; cursor.next()) {
        entries.add(MemTableModel.entry(cursor).toString());
      }
    }
    return entries;
  }

  /** The first entries within the bounds. */
  private static List<String> within(ScanBounds bounds, MemTable table, @Nullable Slice from)
      throws IOException {
    List<String> entries = new ArrayList<>();
    Slice lower = bounds.lower();
    Slice upper = bounds.upper();
    try (InternalCursor cursor = usedCursor(table, bounds)) {
      if (from == null) {
        cursor.seekFirst();
      } else {
        cursor.seek(from);
      }
      for (;
          cursor.valid() && !bounds.past(cursor.key()) && entries.size() < SHORT;
          cursor.next()) {
        if ((lower == null || cursor.key().compareTo(lower) >= 0)
            && (upper == null || cursor.key().compareTo(upper) < 0)) {
          entries.add(MemTableModel.entry(cursor).toString());
        }
      }
    }
    return entries;
  }

  /** A cursor made of one that was used otherwise. */
  private static InternalCursor usedCursor(MemTable table, ScanBounds bounds) throws IOException {
    Direction opposite = bounds.reverse() ? Direction.FORWARD : Direction.REVERSE;
    InternalCursor used = table.cursor(all(opposite));
    used.seekFirst();
    if (used.valid()) {
      used.key();
      used.next();
    }
    used.close();
    return table.cursor(bounds, used);
  }

  private static List<Long> sequences(MemTable table, Direction direction) throws IOException {
    List<Long> sequences = new ArrayList<>();
    try (InternalCursor cursor = table.cursor(all(direction))) {
      for (cursor.seekFirst(); cursor.valid(); cursor.next()) {
        sequences.add(cursor.sequence());
      }
    }
    return sequences;
  }

  private static ScanBounds all(Direction direction) {
    return new ScanBounds(direction, null, null, ScanBounds.UNLIMITED, true);
  }

  /** A key of 16 bytes: a prefix of 8 and an id of 8. */
  static Slice key(long prefix, long id) {
    byte[] bytes = new byte[16];
    ByteBuffer.wrap(bytes).putLong(prefix).putLong(id);
    return Slice.of(bytes);
  }

  private static Slice bytes(int length) {
    return Slice.of(new byte[length]);
  }

  /** The smallest slice behind all that begin with the first {@code length} of {@code bytes}. */
  private static Slice successor(byte[] bytes, int length) {
    int end = length;
    while (end > 1 && bytes[end - 1] == (byte) 0xFF) {
      end--;
    }
    byte[] copy = Slice.of(bytes, 0, end).toByteArray();
    if (copy[end - 1] != (byte) 0xFF) {
      copy[end - 1]++;
    }
    return Slice.of(copy);
  }

  private static EntryKind kind(SplittableRandom random) {
    return random.nextInt(5) == 0 ? EntryKind.DELETE : EntryKind.PUT;
  }

  private static Slice value(SplittableRandom random, int maxBytes) {
    byte[] value = new byte[random.nextInt(maxBytes + 1)];
    random.nextBytes(value);
    return Slice.of(value);
  }

  /** Of few different bytes, so that keys share beginnings; colons are delimiters to some. */
  private static Slice randomKey(SplittableRandom random, int maxBytes) {
    byte[] alphabet = {0, 1, ':', 'a', 'b', (byte) 0xFE, (byte) 0xFF};
    byte[] key = new byte[1 + random.nextInt(maxBytes)];
    for (int i = 0; i < key.length; i++) {
      key[i] = alphabet[random.nextInt(alphabet.length)];
    }
    return Slice.of(key);
  }
}
