package io.sheaf.grouping;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.cursor.ScanBounds.Direction;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.SequenceNumber;
import io.sheaf.lsm.memtable.ChunkPool;
import io.sheaf.lsm.memtable.MemTable;
import io.sheaf.lsm.memtable.SkipListMemTable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Prints what a memtable costs: nanoseconds for an added row, a step and a point read, and bytes
 * for a row, in the dense and the sparse shape. A program, not a test; run it with {@code java -cp
 * ... io.sheaf.grouping.MemTableSpeed}.
 */
final class MemTableSpeed {
  private static final int ROWS = 600_000;
  private static final int ROW_BYTES = 427;
  private static final int KEY_BYTES = 16;
  private static final int ROUNDS = 5;

  private final MemTable table;
  private final long[] users;
  private long sink;

  private MemTableSpeed(MemTable table, long[] users) {
    this.table = table;
    this.users = users;
  }

  public static void main(String[] arguments) throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      for (int users : new int[] {20_000, 1_000_000}) {
        long[] order = users(users);
        for (String kind : List.of("grouped", "skip list")) {
          try (MemTable table =
              kind.equals("grouped")
                  ? new GroupedMemTable(new FixedPrefix(8), false, ChunkPool.keepingNone())
                  : new SkipListMemTable(false, ChunkPool.keepingNone())) {
            System.out.println(
                round
                    + " "
                    + kind
                    + ", "
                    + users
                    + " users: "
                    + new MemTableSpeed(table, order).run());
          }
        }
      }
    }
  }

  /** The user of each row: 6 % get half of the rows, the next 14 % a quarter. */
  private static long[] users(int users) {
    SplittableRandom random = new SplittableRandom(42);
    long[] order = new long[ROWS];
    for (int i = 0; i < ROWS; i++) {
      double share = random.nextDouble();
      double rank =
          share < 0.50
              ? random.nextDouble() * 0.06
              : share < 0.74
                  ? 0.06 + random.nextDouble() * 0.14
                  : 0.20 + random.nextDouble() * 0.80;
      order[i] = ((long) (rank * users)) * 0x9E37_79B9_7F4A_7C15L; // ranks scattered over the keys
    }
    return order;
  }

  private String run() throws IOException {
    StringBuilder line = new StringBuilder();
    long start = cpuNanos();
    addAll();
    report(line, "add", cpuNanos() - start, ROWS);
    line.append(
        String.format(
            Locale.ROOT,
            "overhead %.1f B/row; ",
            (table.memoryBytes() - table.dataBytes()) / (double) ROWS));
    for (Direction direction : Direction.values()) {
      for (int repeat = 0; repeat < 2; repeat++) {
        start = cpuNanos();
        long rows = scanAll(direction, repeat == 1);
        report(line, direction + (repeat == 1 ? " +key" : ""), cpuNanos() - start, rows);
      }
    }
    start = cpuNanos();
    long rows = latest();
    report(line, "latest 50", cpuNanos() - start, rows);
    start = cpuNanos();
    rows = sameGroup();
    report(line, "cached step", cpuNanos() - start, rows);
    start = cpuNanos();
    rows = gets();
    report(line, "get", cpuNanos() - start, rows);
    return line.append(sink == 1 ? "." : "").toString();
  }

  /** Time of this thread on a processor: what else the machine does counts little. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void report(StringBuilder line, String what, long nanos, long count) {
    line.append(String.format(Locale.ROOT, "%s %.1f ns; ", what, nanos / (double) count));
  }

  private void addAll() {
    byte[] keyBytes = new byte[KEY_BYTES];
    ByteBuffer writer = ByteBuffer.wrap(keyBytes);
    Slice key = Slice.of(keyBytes);
    Slice value = Slice.of(new byte[ROW_BYTES - KEY_BYTES]);
    for (int i = 0; i < ROWS; i++) {
      writer.putLong(0, users[i]).putLong(8, i);
      table.add(i + 1, EntryKind.PUT, 0, key, value);
    }
  }

  private long scanAll(Direction direction, boolean keys) throws IOException {
    ScanBounds bounds = new ScanBounds(direction, null, null, ScanBounds.UNLIMITED, true);
    long rows = 0;
    try (InternalCursor cursor = table.cursor(bounds)) {
      for (cursor.seekFirst(); cursor.valid(); cursor.next()) {
        rows++;
        sink += cursor.sequence();
        if (keys) {
          sink += cursor.key().longAt(8);
        }
      }
    }
    return rows;
  }

  private long latest() throws IOException {
    byte[] lowerBytes = new byte[8];
    byte[] upperBytes = new byte[8];
    Slice lower = Slice.of(lowerBytes);
    Slice upper = Slice.of(upperBytes);
    long rows = 0;
    for (int i = 0; i < 20_000; i++) {
      long user = users[(int) (i * 7_919L % ROWS)];
      ByteBuffer.wrap(lowerBytes).putLong(user);
      ByteBuffer.wrap(upperBytes).putLong(user + 1);
      ScanBounds bounds = new ScanBounds(Direction.REVERSE, lower, upper, 50, true);
      try (InternalCursor cursor = table.cursor(bounds)) {
        cursor.seekFirst();
        for (int j = 0; j < 50 && cursor.valid() && !bounds.past(cursor.key()); j++) {
          sink += cursor.sequence();
          rows++;
          cursor.next();
        }
      }
    }
    return rows;
  }

  /** Scans one group again and again, which stays in the processor's cache. */
  private long sameGroup() throws IOException {
    long largest = groupWithMostRows();
    Slice lower = Slice.of(ByteBuffer.allocate(8).putLong(largest).array());
    Slice upper = Slice.of(ByteBuffer.allocate(8).putLong(largest + 1).array());
    ScanBounds bounds = new ScanBounds(Direction.FORWARD, lower, upper, ScanBounds.UNLIMITED, true);
    long rows = 0;
    try (InternalCursor cursor = table.cursor(bounds)) {
      while (rows < 4_000_000) {
        for (cursor.seekFirst();
            cursor.valid() && cursor.key().longAt(0) == largest;
            cursor.next()) {
          sink += cursor.sequence();
          rows++;
        }
      }
    }
    return rows;
  }

  private long groupWithMostRows() {
    Map<Long, Integer> counts = new HashMap<>();
    long most = users[0];
    for (long user : users) {
      if (counts.merge(user, 1, Integer::sum) > counts.getOrDefault(most, 0)) {
        most = user;
      }
    }
    return most;
  }

  private long gets() {
    byte[] keyBytes = new byte[KEY_BYTES];
    Slice key = Slice.of(keyBytes);
    long found = 0;
    try (PointResult result = new PointResult()) {
      for (int i = 0; i < 200_000; i++) {
        int row = (int) (i * 7_919L % ROWS);
        ByteBuffer.wrap(keyBytes).putLong(users[row]).putLong(row);
        found += table.get(key, SequenceNumber.MAX, result) ? 1 : 0;
      }
    }
    return found;
  }
}
