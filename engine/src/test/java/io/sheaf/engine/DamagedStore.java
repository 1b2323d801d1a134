package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.engine.verify.VerifyReport;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FileHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;

/**
 * The files of a store that a killed process left, what they hold, and what must hold when they are
 * damaged: each row reads as it was written, or reading it throws an exception that names the file;
 * no row is silently gone, but for the end of the log behind what it states as durable.
 *
 * <p><b>Thread safety.</b> Immutable once built.
 */
public final class DamagedStore {
  /** Ends of the names of each kind of file. */
  public static final List<String> KINDS = List.of("CURRENT", ".manifest", ".log", ".sst", ".val");

  /** What came of damage. */
  public enum Outcome {
    /** The store does not open, and says why. */
    REFUSED,
    /** Some reads throw, the others are right. */
    ERROR,
    /** All reads are right. */
    HARMLESS
  }

  private static final int EDGE_BYTES = 64;

  /** Length of a log's header, see docs/format.md. */
  private static final int LOG_HEADER_BYTES = 64;

  /** Length of the header of a log's record, see docs/format.md. */
  public static final int RECORD_HEADER_BYTES = 48;

  /** Length of an SSTable's footer, see docs/format.md. */
  private static final int FOOTER_BYTES = 56;

  /** Length of the frame of a manifest's record, and where it says that of the body. */
  private static final int FRAME_BYTES = 24;

  private static final int BODY_LENGTH_AT = 16;

  private final BatchHistory history = new BatchHistory();
  private final Random random;
  private StoreImage image = new StoreImage();
  private List<Long> records = List.of();
  private String syncedLog = "";
  private long logSyncedBytes;
  private int flushed;
  private int synced;

  /** Writes a store with several files of each kind, and with a log of which a part is durable. */
  public DamagedStore(Random random) throws IOException, InterruptedException {
    this.random = random;
    CrashFileSystem disk = new CrashFileSystem();
    long[] logEnd = new long[1];
    String[] log = new String[1];
    List<Long> starts = new ArrayList<>();
    disk.onOperation(operation -> {
      if (operation.startsWith("write ") && operation.contains(".log ")) {
        String[] words = operation.split(" ", -1);
        long from = Long.parseLong(words[2]);
        if (!words[1].equals(log[0])) {
          log[0] = words[1];
          starts.clear();
        }
        if (from >= LOG_HEADER_BYTES) {
          starts.add(from);
        }
        logEnd[0] = from + Long.parseLong(words[4]);
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
      records = List.copyOf(starts);
      write(db, tables, 3, Durability.WRITTEN);
      db.awaitIdle(); // or a file that is half written or already merged is not missed
      image = StoreImage.of(disk.killClone(), SmallStore.DIRECTORY);
    }
    for (String kind : KINDS) {
      assertFalse(image.names(kind).isEmpty(), kind);
    }
    assertTrue(flushed < synced && synced < history.size());
    assertEquals(Outcome.HARMLESS, check(image, "nothing", "no damage", history.size()));
  }

  /** The files without damage. */
  public StoreImage image() {
    return image;
  }

  /** A file of a kind that has some bytes: a log that was just made ready has none. */
  public String pick(String kind, Random chosenBy) {
    List<String> written =
        image.names(kind).stream().filter(name -> image.content(name).length > 0).toList();
    return written.get(chosenBy.nextInt(written.size()));
  }

  /**
   * A bit to flip: of four, one in the beginning of a file and one at its end, where what describes
   * the others is.
   */
  public long pickBit(String name, Random chosenBy) {
    long bits = (long) image.content(name).length * Byte.SIZE;
    long edge = Math.min(bits, (long) EDGE_BYTES * Byte.SIZE);
    return switch (chosenBy.nextInt(4)) {
      case 0 -> chosenBy.nextLong(edge);
      case 1 -> bits - 1 - chosenBy.nextLong(edge);
      default -> chosenBy.nextLong(bits);
    };
  }

  /** Where one of the durable records of the {@link #syncedLog} begins. */
  public long pickRecord(Random chosenBy) {
    return records.get(chosenBy.nextInt(records.size()));
  }

  /**
   * Whether a byte is read before any row is, so that no damage of it is harmless. A value file or
   * a log may be there of which nobody reads a row.
   */
  public boolean isReadFirst(String name, long offset) {
    boolean header = offset < FileHeader.BYTES;
    return name.equals("CURRENT")
        || (name.endsWith(".manifest") && offset < snapshotEnd(image.content(name)))
        || (name.endsWith(".sst")
            && (header || offset >= image.content(name).length - FOOTER_BYTES));
  }

  /** The end of the first record of a manifest, see docs/format.md. */
  private static int snapshotEnd(byte[] manifest) {
    ByteBuffer frame = ByteBuffer.wrap(manifest, FileHeader.BYTES, FRAME_BYTES);
    int body = frame.slice().order(ByteOrder.LITTLE_ENDIAN).getInt(BODY_LENGTH_AT);
    return FileHeader.BYTES + FRAME_BYTES + body;
  }

  /** The log of which a part is durable. */
  public String syncedLog() {
    return syncedLog;
  }

  /** Number of batches written. */
  public int size() {
    return history.size();
  }

  /** How many batches must be there whatever becomes of the logs. */
  public int flushed() {
    return flushed;
  }

  /** How many batches must be there when a byte of a file is changed. */
  public int leastWithout(String name, long offset) {
    int order = name.endsWith(".log") ? name.compareTo(syncedLog) : -1;
    boolean mayLoseItsTail = order > 0 || (order == 0 && offset >= logSyncedBytes);
    return mayLoseItsTail ? synced : history.size();
  }

  /**
   * How many batches must be there when a piece of a file is changed. What a log states as synced
   * stands in the records behind it, and goes with them.
   */
  public int leastWithout(String name, long from, long to) {
    return name.equals(syncedLog) && from < logSyncedBytes && to > logSyncedBytes
        ? flushed
        : leastWithout(name, from);
  }

  /** How many batches must be there when a log is cut, whatever follows then. */
  public int leastOfCutLog(String name, long length) {
    int order = name.compareTo(syncedLog);
    return order > 0 || (order == 0 && length >= logSyncedBytes) ? synced : flushed;
  }

  /** Whether the error of a store that does not open says how its rows are had again. */
  public static boolean saysHowToGoOn(StoreImage damaged) {
    try (Db db = SmallStore.open(damaged.onDisk(SmallStore.DIRECTORY))) {
      throw new AssertionError(db.directory() + " opens now");
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      return message.contains("restore") || message.contains("newer");
    }
  }

  /**
   * Opens the damaged files and reads all; of the writes at least the first {@code least} must be
   * there.
   *
   * @param name what each error must name
   * @param damage in a few words
   */
  public Outcome check(StoreImage damaged, String name, String damage, int least) {
    Outcome outcome = Outcome.HARMLESS;
    try (Db db = SmallStore.open(damaged.onDisk(SmallStore.DIRECTORY))) {
      int held = least == history.size() ? least : BatchHistory.number(db);
      assertTrue(held >= least, () -> held + " batches instead of " + least);
      List<NavigableMap<Slice, Slice>> expected = history.after(held);
      for (int i = 0; i < BatchHistory.TABLES; i++) {
        Table table = db.table("table-" + i);
        boolean right = scan(db, table, CursorOptions.ALL, expected.get(i), name);
        right &=
            scan(db, table, CursorOptions.ALL.reversed(), expected.get(i).descendingMap(), name);
        right &= gets(db, table, expected.get(i), name);
        outcome = right ? outcome : Outcome.ERROR;
      }
    } catch (IOException e) {
      assertNamed(e, name);
      assertFoundByACheck(damaged, name, damage, e);
      outcome = Outcome.REFUSED;
    } catch (RuntimeException | AssertionError | OutOfMemoryError e) {
      throw new AssertionError(name + " with damage: " + damage + ": " + e.getMessage(), e);
    }
    return outcome;
  }

  /**
   * What does not open is not called fine, though no row is read, and nothing of it is said to be
   * needed no more.
   */
  private static void assertFoundByACheck(
      StoreImage damaged, String name, String damage, IOException refusal) {
    try {
      VerifyReport plain =
          StoreVerifier.verify(
              SmallStore.parts(damaged.onDisk(SmallStore.DIRECTORY)),
              SmallStore.DIRECTORY,
              false,
              file -> {});
      if (plain.isFine()) {
        throw new AssertionError(
            name + " with damage: " + damage + ": a check finds nothing of what refuses it",
            refusal);
      }
      if (!plain.leftOver().isEmpty()) {
        throw new AssertionError(
            name
                + " with damage: "
                + damage
                + ": a check says that an opening deletes "
                + plain.leftOver(),
            refusal);
      }
    } catch (IOException e) {
      throw new AssertionError(name + " with damage: " + damage + ": cannot be checked", e);
    }
  }

  private void write(Db db, Table[] tables, int batches, Durability durability) throws IOException {
    for (int i = 0; i < batches; i++) {
      db.write(history.next(tables, random), durability);
    }
  }

  /** Whether a scan showed all rows; else it said which file is damaged. */
  private static boolean scan(
      Db db, Table table, CursorOptions options, Map<Slice, Slice> expected, String damaged) {
    try (Cursor cursor = db.cursor(table, options)) {
      for (Map.Entry<Slice, Slice> row : expected.entrySet()) {
        assertTrue(cursor.next(), () -> "no row " + row.getKey() + " in " + table);
        assertEquals(row.getKey(), cursor.key());
        assertEquals(row.getValue(), cursor.value());
      }
      assertFalse(cursor.next(), "there is a row more");
      return true;
    } catch (IOException e) {
      assertNamed(e, damaged);
      return false;
    }
  }

  /** Whether each row was found by its key; else it was said which file is damaged. */
  private static boolean gets(Db db, Table table, Map<Slice, Slice> expected, String damaged) {
    boolean right = true;
    for (Map.Entry<Slice, Slice> row : expected.entrySet()) {
      try {
        byte[] found = db.get(table, row.getKey().toByteArray());
        assertEquals(row.getValue(), found == null ? null : Slice.of(found));
      } catch (IOException e) {
        assertNamed(e, damaged);
        right = false;
      }
    }
    return right;
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
}
