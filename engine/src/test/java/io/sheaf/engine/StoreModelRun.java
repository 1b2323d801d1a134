package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.grouping.DelimitedPrefix;
import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A store, its model, and a sequence of random operations on both.
 *
 * <p><b>Thread safety.</b> None.
 */
public final class StoreModelRun implements AutoCloseable {
  private static final Path DIRECTORY = Path.of("/store");
  private static final int TABLES = 3;
  private static final int EXPIRING = 2;
  private static final long TTL_MILLIS = 1_000;
  private static final long FARTHEST_JUMP_MILLIS = 10L * 365 * 86_400_000;
  private static final Compression[] CODECS = {
    Compression.NONE, Compression.LZ4, Compression.zstd(1)
  };

  private record Held(Snapshot snapshot, StoreModel model) {}

  private final Random random;
  private final Components components;
  private final List<Held> held = new ArrayList<>();
  private final Table[] tables = new Table[TABLES];
  private CrashFileSystem disk = new CrashFileSystem();
  private StoreModel model = new StoreModel(TABLES);
  private final boolean clockJumps;
  private long nowMillis = 1_000_000;
  private long latestMillis = nowMillis; // that the clock has ever shown
  private long writtenMillis; // of the last write; never goes back
  private long nextId = 1;
  private @Nullable Db open;

  /** A run of a store as {@link Sheaf} makes it. */
  public StoreModelRun(long seed) throws IOException {
    this(seed, Sheaf.components(), false);
  }

  /** A run of a store made of these parts, but for disk and clock. */
  public StoreModelRun(long seed, Components components) throws IOException {
    this(seed, components, false);
  }

  private StoreModelRun(long seed, Components components, boolean clockJumps) throws IOException {
    this.random = new Random(seed);
    this.components = components;
    this.clockJumps = clockJumps;
    reopen();
  }

  /**
   * A run under a clock that jumps, back as well, by up to years. Rows that had expired by what it
   * has shown once may be there or not when it shows less; all others are there.
   */
  public static StoreModelRun withJumpingClock(long seed) throws IOException {
    return new StoreModelRun(seed, Sheaf.components(), true);
  }

  /** Does so many operations, each read compared with the model, and compares all at the end. */
  public void run(int operations) throws Exception {
    for (int i = 0; i < operations; i++) {
      step();
    }
    checkAll();
    db().flush();
    db().compact(tables[0], null, null);
    checkAll();
    close();
    reopen();
    checkAll();
  }

  @Override
  public void close() throws IOException {
    for (Held one : held) {
      one.snapshot().close();
    }
    held.clear();
    Db closing = open;
    open = null;
    if (closing != null) {
      closing.close();
    }
  }

  private Db db() {
    if (open == null) {
      throw new IllegalStateException("no store is open");
    }
    return open;
  }

  private void step() throws Exception {
    switch (random.nextInt(100)) {
      case 0 -> db().flush();
      case 1 -> compactSome();
      case 2 -> maybeReopen();
      case 3 -> turnClock();
      case 4 -> takeSnapshot();
      case 5 -> releaseSnapshot();
      case 6, 7 -> deleteRange();
      case 8, 9, 10, 11, 12, 13, 14, 15, 16, 17 -> scan();
      case 18, 19, 20, 21, 22, 23, 24, 25 -> get();
      case 26, 27 -> multiGet();
      default -> writeBatch();
    }
  }

  private void turnClock() {
    if (!clockJumps || random.nextBoolean()) {
      nowMillis += random.nextInt(300);
    } else {
      long farthest = random.nextInt(4) == 0 ? FARTHEST_JUMP_MILLIS : 4 * TTL_MILLIS;
      nowMillis = Math.max(1, nowMillis + random.nextLong(-farthest, farthest));
    }
    latestMillis = Math.max(latestMillis, nowMillis);
  }

  /** When a write of now is said to be written: not before those before it. */
  private long writeMillis() {
    writtenMillis = Math.max(writtenMillis, nowMillis);
    return writtenMillis;
  }

  private void reopen() throws IOException {
    DbOptions options =
        DbOptions.DEFAULT
            .withMemory(64 << 20, (64 << 10) << random.nextInt(4))
            .withLogCompression(CODECS[random.nextInt(CODECS.length)])
            .withBufferedMillis(1 + random.nextInt(50))
            .withCompaction(
                new CompactionLimits(
                    1 + random.nextInt(2),
                    1.1 + random.nextDouble(),
                    0,
                    (8L << 10) << random.nextInt(6),
                    4 + random.nextInt(12)));
    FileSystem files = disk;
    open = Db.open(DIRECTORY, options, components.withFileSystem(files).withClock(() -> nowMillis));
    for (int i = 0; i < TABLES; i++) {
      tables[i] = db().openTable("table-" + i, tableOptions(i));
    }
  }

  private TableOptions tableOptions(int table) {
    PrefixExtractor prefix =
        switch (random.nextInt(8)) {
          case 0 -> PrefixExtractor.WHOLE_KEY;
          case 1 -> new DelimitedPrefix((byte) ':');
          case 2 -> new FixedPrefix(1);
          default -> new FixedPrefix(3);
        };
    return TableOptions.DEFAULT
        .withPrefix(prefix)
        .withSeparationBytes(
            random.nextInt(6) == 0 ? TableOptions.NEVER_SEPARATE : 32 << random.nextInt(8))
        .withBlockBytes(1024 << random.nextInt(4), 1024 << random.nextInt(3))
        .withCompression(CODECS[random.nextInt(3)], CODECS[random.nextInt(3)])
        .withDictionaryBytes(random.nextInt(3) == 0 ? 0 : 256 << random.nextInt(2))
        .withTtlMillis(table == EXPIRING ? TTL_MILLIS : TableOptions.NO_TTL);
  }

  /** Closes and opens, or kills the process or cuts the power, and opens what is left. */
  private void maybeReopen() throws Exception {
    if (random.nextInt(4) != 0) {
      return;
    }
    if (random.nextBoolean()) {
      close();
    } else {
      byte[] key = key();
      byte[] value = value();
      boolean powerCut = random.nextBoolean();
      // settles all before it: what was handed on, or synced, is kept
      db().write(
              new WriteBatch().put(tables[0], key, value),
              powerCut ? Durability.SYNC : Durability.WRITTEN);
      model.put(0, key, value, writeMillis());
      CrashFileSystem left = powerCut ? disk.crashClone(random) : disk.killClone();
      close();
      disk = left;
    }
    reopen();
    checkAll();
  }

  private void compactSome() throws Exception {
    db().compact(
            tables[random.nextInt(TABLES)],
            random.nextBoolean() ? null : key(),
            random.nextBoolean() ? null : key());
  }

  private void takeSnapshot() {
    if (held.size() < 4) {
      held.add(new Held(db().snapshot(), model.copy()));
    }
  }

  private void releaseSnapshot() {
    if (!held.isEmpty()) {
      held.remove(random.nextInt(held.size())).snapshot().close();
    }
  }

  private void writeBatch() throws IOException {
    WriteBatch batch = new WriteBatch();
    int size = random.nextInt(4) == 0 ? random.nextInt(40) : 1 + random.nextInt(4);
    for (int i = 0; i < size; i++) {
      int table = random.nextInt(TABLES);
      byte[] key = random.nextInt(3) == 0 ? key() : newKey();
      if (random.nextInt(8) == 0) {
        batch.delete(tables[table], key);
        model.delete(table, key);
        writeMillis();
      } else {
        byte[] value = value();
        batch.put(tables[table], key, value);
        model.put(table, key, value, writeMillis());
      }
    }
    Durability[] levels = Durability.values();
    db().write(batch, levels[random.nextInt(levels.length)]);
  }

  private void deleteRange() throws IOException {
    int table = random.nextInt(TABLES);
    byte[] a = key();
    byte[] b = key();
    int order = Slice.of(a).compareTo(Slice.of(b));
    if (order != 0) {
      byte[] from = order < 0 ? a : b;
      byte[] to = order < 0 ? b : a;
      db().write(new WriteBatch().deleteRange(tables[table], from, to));
      model.deleteRange(table, from, to);
      writeMillis();
    }
  }

  private void get() throws IOException {
    int table = random.nextInt(TABLES);
    byte[] key = key();
    Held at = moment();
    checkGot(
        at == null ? model : at.model(),
        table,
        key,
        db().get(tables[table], key, at == null ? null : at.snapshot()));
  }

  private void multiGet() throws IOException {
    int table = random.nextInt(TABLES);
    List<byte[]> keys = new ArrayList<>();
    for (int i = random.nextInt(10); i >= 0; i--) {
      keys.add(key());
    }
    List<byte @Nullable []> values = db().multiGet(tables[table], keys);
    for (int i = 0; i < keys.size(); i++) {
      checkGot(model, table, keys.get(i), values.get(i));
    }
  }

  private void checkGot(StoreModel expected, int table, byte[] key, byte @Nullable [] value) {
    if (value != null || !mayBeGone(expected, table, Slice.of(key))) {
      assertArrayEquals(
          expected.get(table, key, expired(table)),
          value,
          () -> "get of " + Slice.of(key) + " in " + tables[table]);
    }
  }

  private void scan() throws IOException {
    int table = random.nextInt(TABLES);
    boolean reverse = random.nextBoolean();
    long limit = random.nextInt(3) == 0 ? ScanBounds.UNLIMITED : random.nextInt(30);
    if (clockJumps && table == EXPIRING) {
      limit = ScanBounds.UNLIMITED; // it is not known how many of the rows are gone
    }
    Held at = moment();
    CursorOptions options;
    byte[] lower = null;
    byte[] upper = null;
    if (random.nextInt(3) == 0) {
      byte[] key = key();
      byte[] prefix = Slice.of(key, 0, Math.min(3, key.length)).toByteArray();
      options = CursorOptions.prefix(prefix);
      lower = prefix;
      upper = prefix.clone();
      upper[upper.length - 1]++; // keys here never end in 0xFF
    } else {
      lower = random.nextInt(3) == 0 ? null : key();
      upper = random.nextInt(3) == 0 ? null : key();
      options = CursorOptions.ALL.between(lower, upper);
    }
    if (reverse) {
      options = options.reversed();
    }
    options = options.limit(limit).withFillCache(random.nextBoolean());
    if (at != null) {
      options = options.at(at.snapshot());
    }
    StoreModel expected = at == null ? model : at.model();
    check(
        expected,
        table,
        options,
        expected.scan(table, lower, upper, reverse, limit, expired(table)));
  }

  private void check(StoreModel expected, int table, CursorOptions options, List<Slice> keys)
      throws IOException {
    try (Cursor cursor = db().cursor(tables[table], options)) {
      boolean more = cursor.next();
      for (Slice key : keys) {
        if (mayBeGone(expected, table, key) && !(more && cursor.key().equals(key))) {
          continue;
        }
        assertTrue(more, () -> "cursor ended before " + key + " of " + options);
        assertEquals(key, cursor.key(), () -> options.toString());
        assertArrayEquals(
            expected.get(table, key.toByteArray(), Long.MIN_VALUE),
            cursor.value().toByteArray(),
            () -> "value of " + key + " in " + tables[table] + " by " + options);
        more = cursor.next();
      }
      assertFalse(more, () -> "cursor goes on behind the last row of " + options);
    }
  }

  /** Whether the clock has once shown a time at which a row was expired. */
  private boolean mayBeGone(StoreModel expected, int table, Slice key) {
    return clockJumps
        && table == EXPIRING
        && expected.timeMillis(table, key) <= latestMillis - TTL_MILLIS;
  }

  private void checkAll() throws IOException {
    for (int table = 0; table < TABLES; table++) {
      for (boolean reverse : new boolean[] {false, true}) {
        CursorOptions options = reverse ? CursorOptions.ALL.reversed() : CursorOptions.ALL;
        check(
            model,
            table,
            options,
            model.scan(table, null, null, reverse, ScanBounds.UNLIMITED, expired(table)));
      }
    }
    for (Held one : held) {
      for (int table = 0; table < TABLES; table++) {
        check(
            one.model(),
            table,
            CursorOptions.ALL.at(one.snapshot()),
            one.model().scan(table, null, null, false, ScanBounds.UNLIMITED, expired(table)));
      }
    }
  }

  private @Nullable Held moment() {
    return held.isEmpty() || random.nextInt(3) != 0 ? null : held.get(random.nextInt(held.size()));
  }

  private long expired(int table) {
    return table == EXPIRING ? nowMillis - TTL_MILLIS : Long.MIN_VALUE;
  }

  /** A key that is probably there. */
  private byte[] key() {
    if (random.nextInt(4) == 0) {
      return key(random.nextInt(30), random.nextInt((int) nextId + 5));
    }
    List<Slice> keys = model.keys(random.nextInt(TABLES));
    return keys.isEmpty() ? newKey() : keys.get(random.nextInt(keys.size())).toByteArray();
  }

  /** A key with a higher id than all before it. */
  private byte[] newKey() {
    return key(random.nextInt(30), nextId++);
  }

  private byte[] key(int group, long id) {
    int shape = group % 7;
    if (shape == 0) {
      return ("g" + (char) ('a' + group % 5)).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
    String text =
        String.format(java.util.Locale.ROOT, "%c%c:%06d", 'a' + group % 4, 'a' + group % 6, id);
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private byte[] value() {
    int length =
        switch (random.nextInt(20)) {
          case 0 -> 0;
          case 1 -> random.nextInt(5_000);
          default -> random.nextInt(200);
        };
    byte[] value = new byte[length];
    for (int i = 0; i < length; i++) {
      value[i] = (byte) ('a' + random.nextInt(random.nextInt(26) + 1));
    }
    return value;
  }
}
