package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FileSystem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damage in each kind of file: flipped bits, missing ends, foreign ends, swapped and missing files.
 * Each row then reads as it was written, or reading it throws an exception that names the file; no
 * row is silently gone, but for the end of the log behind what it states as durable.
 *
 * <p>{@code -Dsheaf.test.seed=N} replays; {@code -Dsheaf.test.damages=N} sets how often each file
 * is damaged in each way.
 */
@Timeout(300)
class StoreCorruptionTest {
  private static final int DAMAGES = Integer.getInteger("sheaf.test.damages", 60);
  private static final Logger LOG = Logger.getLogger("io.sheaf");
  private static final long SEED =
      Long.getLong("sheaf.test.seed", ThreadLocalRandom.current().nextLong());

  private final Random random = new Random(SEED);
  private final BatchHistory history = new BatchHistory();
  private StoreImage image = new StoreImage();
  private String syncedLog = "";
  private long logSyncedBytes;
  private int flushed;
  private int synced;

  @BeforeAll
  static void quiet() {
    LOG.setLevel(Level.OFF); // each damage that the background meets is logged, and meant
    System.out.println("corruption test: -Dsheaf.test.seed=" + SEED);
  }

  @AfterAll
  static void loud() {
    LOG.setLevel(null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CURRENT", ".manifest", ".log", ".sst", ".val"})
  void flippedBitIsAnErrorOrChangesNothing(String kind) throws Exception {
    build();
    for (String name : some(image.names(kind))) {
      byte[] content = image.content(name);
      long bits = content.length * 8L;
      for (long i = 0; i < Math.min(bits, DAMAGES); i++) {
        long bit = bits <= DAMAGES ? i : random.nextLong(bits);
        byte[] damaged = content.clone();
        damaged[(int) (bit / 8)] ^= (byte) (1 << bit % 8);
        int least = mayLoseItsTail(name, bit / 8) ? synced : history.size();
        check(image.with(name, damaged), name, "bit " + bit, least);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CURRENT", ".manifest", ".log", ".sst", ".val"})
  void missingEndIsAnErrorOrChangesNothing(String kind) throws Exception {
    build();
    for (String name : some(image.names(kind))) {
      byte[] content = image.content(name);
      // a manifest without its last changes misses, or needs, a file that they brought, or removed
      String named = kind.equals(".manifest") ? SmallStore.DIRECTORY + "/" : name;
      for (int i = 0; i < Math.min(content.length, DAMAGES); i++) {
        int length = content.length <= DAMAGES ? i : random.nextInt(content.length);
        int least = kind.equals(".log") ? flushed : history.size();
        check(image.with(name, Arrays.copyOf(content, length)), named, "length " + length, least);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CURRENT", ".manifest", ".log", ".sst", ".val"})
  void foreignEndIsAnErrorOrChangesNothing(String kind) throws Exception {
    build();
    for (String name : image.names(kind)) {
      byte[] content = image.content(name);
      byte[] longer = Arrays.copyOf(content, content.length + 1 + random.nextInt(5_000));
      check(image.with(name, longer), name, "zeros behind its end", history.size());
      for (int i = content.length; i < longer.length; i++) {
        longer[i] = (byte) random.nextInt();
      }
      check(image.with(name, longer), name, "garbage behind its end", history.size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".sst", ".val"})
  void swappedFilesAreNotTakenForEachOther(String kind) throws Exception {
    build();
    List<String> names = some(image.names(kind));
    assertTrue(names.size() > 1, () -> "only " + names);
    for (String one : names) {
      for (String other : names) {
        if (!one.equals(other)) {
          byte[] foreign = Arrays.copyOf(image.content(other), image.content(one).length);
          check(image.with(one, foreign), one, "content of " + other, history.size());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CURRENT", ".manifest", ".sst", ".val"})
  void missingFileIsNamed(String kind) throws Exception {
    build();
    for (String name : image.names(kind)) {
      FileSystem disk = image.without(name).onDisk(SmallStore.DIRECTORY);
      IOException refused = assertThrows(IOException.class, () -> SmallStore.open(disk).close());
      assertTrue(String.valueOf(refused.getMessage()).contains(name), refused::toString);
    }
  }

  /** Whether {@code name} is a log, and the place one behind what is durable. */
  private boolean mayLoseItsTail(String name, long offset) {
    int order = name.endsWith(".log") ? name.compareTo(syncedLog) : -1;
    return order > 0 || (order == 0 && offset >= logSyncedBytes);
  }

  private List<String> some(List<String> names) {
    List<String> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, random);
    return shuffled.subList(0, Math.min(3, names.size()));
  }

  /** A store with several files of each kind, and with a log of which a part is durable. */
  private void build() throws Exception {
    CrashFileSystem disk = new CrashFileSystem();
    long[] logEnd = new long[1];
    String[] log = new String[1];
    disk.onOperation(operation -> {
      if (operation.startsWith("write ") && operation.contains(".log ")) {
        String[] words = operation.split(" ", -1);
        log[0] = words[1];
        logEnd[0] = Long.parseLong(words[2]) + Long.parseLong(words[4]);
      }
    });
    try (Db db = SmallStore.open(disk)) {
      Table[] tables = BatchHistory.openTables(db);
      for (int run = 0; run < 2; run++) {
        write(db, tables, 60, Durability.WRITTEN);
        db.flush();
        db.awaitIdle();
      }
      flushed = history.size();
      write(db, tables, 8, Durability.SYNC);
      synced = history.size();
      syncedLog = log[0];
      logSyncedBytes = logEnd[0];
      write(db, tables, 3, Durability.WRITTEN);
      image = StoreImage.of(disk.killClone(), SmallStore.DIRECTORY);
    }
    for (String kind : List.of("CURRENT", ".manifest", ".log", ".sst", ".val")) {
      assertFalse(image.names(kind).isEmpty(), kind);
    }
    assertTrue(flushed < synced && synced < history.size());
    check(image, "nothing", "no damage", history.size());
  }

  private void write(Db db, Table[] tables, int batches, Durability durability) throws IOException {
    for (int i = 0; i < batches; i++) {
      db.write(history.next(tables, random), durability);
    }
  }

  /** Opens and reads all; of the writes at least the first {@code least} must be there. */
  private void check(StoreImage damaged, String name, String damage, int least) {
    try (Db db = SmallStore.open(damaged.onDisk(SmallStore.DIRECTORY))) {
      int held = least == history.size() ? least : BatchHistory.number(db);
      assertTrue(held >= least, () -> held + " batches instead of " + least);
      List<NavigableMap<Slice, Slice>> expected = history.after(held);
      for (int i = 0; i < BatchHistory.TABLES; i++) {
        Table table = db.table("table-" + i);
        scan(db, table, CursorOptions.ALL, expected.get(i), name);
        scan(db, table, CursorOptions.ALL.reversed(), expected.get(i).descendingMap(), name);
        gets(db, table, expected.get(i), name);
      }
    } catch (IOException e) {
      assertNamed(e, name);
    } catch (RuntimeException | AssertionError | OutOfMemoryError e) {
      throw new AssertionError(
          name + " with damage: " + damage + "; replay with -Dsheaf.test.seed=" + SEED, e);
    }
  }

  private static void scan(
      Db db, Table table, CursorOptions options, Map<Slice, Slice> expected, String damaged) {
    try (Cursor cursor = db.cursor(table, options)) {
      for (Map.Entry<Slice, Slice> row : expected.entrySet()) {
        assertTrue(cursor.next(), () -> "no row " + row.getKey() + " in " + table);
        assertEquals(row.getKey(), cursor.key());
        assertEquals(row.getValue(), cursor.value());
      }
      assertFalse(cursor.next(), "there is a row more");
    } catch (IOException e) {
      assertNamed(e, damaged);
    }
  }

  private static void gets(Db db, Table table, Map<Slice, Slice> expected, String damaged) {
    for (Map.Entry<Slice, Slice> row : expected.entrySet()) {
      try {
        byte[] found = db.get(table, row.getKey().toByteArray());
        assertEquals(row.getValue(), found == null ? null : Slice.of(found));
      } catch (IOException e) {
        assertNamed(e, damaged);
      }
    }
  }

  private static void assertNamed(IOException error, String file) {
    boolean named = false;
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      named |= String.valueOf(cause.getMessage()).contains(file);
      if (cause instanceof CorruptionException damage) {
        assertTrue(damage.offset() >= 0, error::toString);
      }
    }
    if (!named) {
      throw new AssertionError("does not name " + file, error);
    }
  }

  @Test
  void damageMetByACompactionMakesTheStoreReadOnlyAndStaysAnError() throws Exception {
    build();
    for (String name : image.names(".val")) {
      byte[] content = image.content(name);
      for (int i = 0; i < 10; i++) {
        byte[] damaged = content.clone();
        damaged[40 + random.nextInt(damaged.length - 100)] ^= 0x10;
        check(compacted(image.with(name, damaged)), name, "a byte, then a merge", history.size());
      }
    }
  }

  /** What a merge of all leaves of a store. */
  private static StoreImage compacted(StoreImage damaged) throws Exception {
    FileSystem disk = damaged.onDisk(SmallStore.DIRECTORY);
    try (Db db = SmallStore.open(disk)) {
      for (Table table : db.tables()) {
        db.compact(table, null, null);
      }
    } catch (IOException e) {
      return StoreImage.of(disk, SmallStore.DIRECTORY);
    }
    return StoreImage.of(disk, SmallStore.DIRECTORY);
  }
}
