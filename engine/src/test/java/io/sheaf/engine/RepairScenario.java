package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.repair.RepairReport;
import io.sheaf.engine.repair.StoreRepair;
import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.engine.verify.VerifyReport;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The files of a store that was closed, and what must hold when they are damaged: a deep check
 * finds the damage, and a repair brings back every row that its report does not name, none that was
 * not written or was deleted, and leaves the damaged store as it is.
 *
 * <p><b>Thread safety.</b> None.
 */
public final class RepairScenario {
  private static final Path INTO = Path.of("/into");

  /** So much memory that the first flush has enough to learn a dictionary of. */
  private static final DbOptions OPTIONS = SmallStore.OPTIONS.withMemory(16 << 20, 1 << 20);

  private static final int FIRST_BATCHES = 220;
  private static final int BATCHES = 60;
  private static final int LONGEST_LOSS_BYTES = 4096;
  private static final int EDGE_BYTES = 64;

  /** Where the length of the dictionary of a value file stands, see docs/format.md. */
  private static final int DICTIONARY_LENGTH_AT = 36;

  private static final int DICTIONARY_AT = 44;

  /** Length of the mark at the end of a manifest, see docs/format.md. */
  private static final int MARK_BYTES = 24;

  /** Length of the record that ends a log, see docs/format.md. */
  private static final int END_BYTES = 48;

  /** What is done to a file. */
  public enum Damage {
    /** One bit is another. */
    FLIPPED_BIT,
    /** It ends too early. */
    MISSING_END,
    /** Some of it is zeros. */
    ZEROS,
    /** It is not there. */
    MISSING,
    /** It has the content of another one of its kind. */
    SWAPPED
  }

  /** When rows are ingested. */
  private enum Ingest {
    NEVER,
    /** A flush follows: no file tells which of the two came first, which excuses much. */
    BETWEEN_FLUSHES,
    /** Nothing but the log follows, so that a repair must know where they belong. */
    LAST;

    static Ingest of(Random random) {
      return switch (random.nextInt(6)) {
        case 0 -> BETWEEN_FLUSHES;
        case 3 -> LAST;
        default -> NEVER;
      };
    }
  }

  private final Random random;
  private final BatchHistory history = new BatchHistory();
  private final RepairOracle oracle = new RepairOracle(history, INTO);
  private StoreImage image = new StoreImage();
  private StoreImage older = new StoreImage();
  private StoreImage oldest = new StoreImage();
  private List<String> leftOver = List.of();
  private int olderSize;
  private int flushed;

  /** A store with several files of each kind, and writes in the log. */
  public RepairScenario(Random random) throws Exception {
    this.random = random;
    CrashFileSystem disk = new CrashFileSystem();
    try (Db db = SmallStore.open(disk, OPTIONS)) {
      Table[] tables = BatchHistory.openTables(db);
      Ingest ingest = Ingest.of(random);
      for (int run = 0; run < 3; run++) {
        if (run == 2 && ingest == Ingest.BETWEEN_FLUSHES) {
          ingest(db, tables);
        }
        write(db, tables, run == 0 ? FIRST_BATCHES : BATCHES);
        db.flush();
        if (run == 2 && ingest == Ingest.LAST) {
          ingest(db, tables);
        }
        db.awaitIdle();
        if (run == 0) {
          oldest = StoreImage.of(disk.killClone(), SmallStore.DIRECTORY);
        } else if (run == 1) {
          olderSize = history.size();
          older = StoreImage.of(disk.killClone(), SmallStore.DIRECTORY);
        }
      }
      flushed = history.size();
      write(db, tables, 20);
      Table _ = db.openTable("empty", SmallStore.TABLE); // an edit that no file tells of
    } // which ends the log, so that what is lost of it can be told
    image = StoreImage.of(disk.crashClone(random), SmallStore.DIRECTORY); // all is durable
    for (String kind : DamagedStore.KINDS) {
      assertFalse(image.names(kind).isEmpty(), kind);
    }
    assertTrue(image.names(".val").stream().anyMatch(name -> beginningBytes(name) > DICTIONARY_AT));
    MemoryFileSystem whole = image.onDisk(SmallStore.DIRECTORY);
    VerifyReport verified = verify(whole, SmallStore.DIRECTORY);
    assertEquals(List.of(), verified.findings());
    leftOver = verified.leftOver();
    RepairReport report = repair(whole);
    assertTrue(report.isComplete(), report::toString);
    assertTrue(oracle.wrong(whole, report).isEmpty(), "a whole store");
  }

  private void ingest(Db db, Table[] tables) throws Exception {
    history.drawRows(random);
    history.ingest(db, tables);
  }

  private void write(Db db, Table[] tables, int batches) throws IOException {
    for (int i = 0; i < batches; i++) {
      db.write(history.next(tables, random), Durability.SYNC);
    }
  }

  /** The files without damage. */
  StoreImage image() {
    return image;
  }

  /** The files as they were before the last flush, and before that. */
  List<StoreImage> earlier() {
    return List.of(older, oldest);
  }

  /** Number of batches before the last flush. */
  int olderSize() {
    return olderSize;
  }

  /** What is wrong with the new store; empty: nothing. */
  String wrong(FileSystem disk, RepairReport report) throws IOException {
    return oracle.wrong(disk, report);
  }

  /** What is wrong with it where at least so many batches must be there; empty: nothing. */
  String wrong(FileSystem disk, RepairReport report, int least) throws IOException {
    return oracle.wrong(disk, report, least);
  }

  /** Where the repaired store is. */
  static Path repaired() {
    return INTO;
  }

  /** Damages a file of a kind in this way, and checks what must hold. */
  public void damage(String kind, Damage how) throws IOException {
    String name = one(kind);
    byte[] content = image.content(name);
    switch (how) {
      case FLIPPED_BIT -> {
        int at = byteOf(content);
        content[at] ^= (byte) (1 << random.nextInt(8));
        boolean told = at < content.length - saysNothingBytes(name);
        String damage = "a bit of byte " + at;
        RepairReport report = check(image.with(name, content), name, damage, told);
        if (name.endsWith(".val") && at < beginningBytes(name)) { // it is in another file too
          assertEquals(List.of(), report.losses(), () -> name + " " + damage);
        }
      }
      case MISSING_END -> {
        int length = random.nextInt(content.length);
        check(image.with(name, Arrays.copyOf(content, length)), name, "cut to " + length);
      }
      case ZEROS -> {
        int from = random.nextInt(content.length);
        int to = Math.min(content.length, from + 1 + random.nextInt(LONGEST_LOSS_BYTES));
        Arrays.fill(content, from, to, (byte) 0);
        check(image.with(name, content), name, "zeros from " + from + " to " + to);
      }
      case MISSING -> {
        if (!leftOver.contains(name)) {
          check(image.without(name), name, "missing");
        }
      }
      case SWAPPED -> {
        String other = one(kind);
        if (!name.equals(other)) {
          check(
              image.with(name, image.content(other)).with(other, content),
              name,
              "swapped with " + other);
        }
      }
    }
  }

  /** Damages a file of each kind, and two of those that hold rows, at once. */
  public void damageSeveral() throws IOException {
    StoreImage damaged = image;
    StringBuilder what = new StringBuilder();
    for (String kind : List.of("CURRENT", ".manifest", ".sst", ".val", ".sst", ".val")) {
      String name = one(kind);
      byte[] content = damaged.content(name);
      int at = random.nextInt(content.length);
      content[at] ^= 0x55;
      damaged = damaged.with(name, content);
      what.append(name).append(" at ").append(at).append(", ");
    }
    check(damaged, "", what.toString());
  }

  /** Of three bytes one at the beginning and one at the end, where the others are described. */
  private int byteOf(byte[] content) {
    int edge = Math.min(content.length, EDGE_BYTES);
    return switch (random.nextInt(3)) {
      case 0 -> random.nextInt(edge);
      case 1 -> content.length - 1 - random.nextInt(edge);
      default -> random.nextInt(content.length);
    };
  }

  /** Bytes before the blocks of a value file. */
  private int beginningBytes(String name) {
    int dictionary =
        ByteBuffer.wrap(image.content(name))
            .order(ByteOrder.LITTLE_ENDIAN)
            .getInt(DICTIONARY_LENGTH_AT);
    return DICTIONARY_AT + (dictionary == 0 ? 0 : dictionary + Integer.BYTES);
  }

  private String one(String kind) {
    List<String> names = image.names(kind);
    return names.get(random.nextInt(names.size()));
  }

  /**
   * Bytes at the end of a file that say nothing but that what is before them is whole: the mark of
   * a manifest, and the end record of the newest log. Older logs hold what was flushed.
   */
  private int saysNothingBytes(String name) {
    if (name.endsWith(".log")) {
      boolean newest = name.equals(image.names(".log").getLast());
      return newest ? END_BYTES : Integer.MAX_VALUE;
    }
    return name.endsWith(".manifest") ? MARK_BYTES : 0;
  }

  /** Checks what must hold of damaged files. */
  void check(StoreImage damaged, String name, String damage) throws IOException {
    check(damaged, name, damage, !saysNothing(name));
  }

  /** The same where a check must find it, or need not. */
  private RepairReport check(StoreImage damaged, String name, String damage, boolean told)
      throws IOException {
    try {
      MemoryFileSystem disk = damaged.onDisk(SmallStore.DIRECTORY);
      VerifyReport verified = verify(disk, SmallStore.DIRECTORY);
      List<Finding> found = verified.findings();
      RepairReport report = repair(disk);
      String wrong = oracle.wrong(disk, report);
      boolean logEndsOpen = report.notes().stream().anyMatch(note -> note.contains("end record"));
      if (name.endsWith(".log") && logEndsOpen && !wrong.isEmpty()) {
        wrong = isPrefix(disk) ? "" : wrong; // nothing behind the damage tells that it is one
      }
      if (!name.isEmpty()
          && !saysNothingOfKeys(name)) { // the manifest states the keys of each file
        for (Finding loss : report.losses()) {
          assertTrue(!loss.file().endsWith(".sst") || loss.rows() != null, loss::toString);
        }
      }
      String left = wrong;
      assertEquals("", left, () -> "losses " + report.losses() + ", damages " + report.damages());
      assertTrue(
          !found.isEmpty() || report.losses().isEmpty(), () -> "not found: " + report.losses());
      assertTrue(
          !found.isEmpty() || !told || leftOver.contains(name),
          () -> "no finding, but " + name + " is damaged");
      assertTrue(
          found.isEmpty() || verified.leftOver().isEmpty(),
          () -> "named as deleted at the next opening: " + verified.leftOver());
      assertEquals(List.of(), verify(disk, INTO).findings(), "the new store");
      StoreImage untouched = StoreImage.of(disk, SmallStore.DIRECTORY);
      for (String kind : DamagedStore.KINDS) {
        assertEquals(damaged.names(kind), untouched.names(kind));
        for (String file : damaged.names(kind)) {
          assertTrue(Arrays.equals(damaged.content(file), untouched.content(file)), file);
        }
      }
      return report;
    } catch (IOException | RuntimeException | AssertionError e) {
      throw new AssertionError(name + " " + damage + ": " + e.getMessage(), e);
    }
  }

  /** Whether the new store holds the first of the batches and nothing of the others. */
  private boolean isPrefix(FileSystem disk) throws IOException {
    try (Db db =
        Db.open(INTO, SmallStore.OPTIONS.withCreateIfMissing(false), SmallStore.parts(disk))) {
      return history.check(db, flushed, history.size()) >= flushed;
    }
  }

  /** Whether the manifest may be lost with this file. */
  private static boolean saysNothingOfKeys(String name) {
    return name.equals("CURRENT") || name.endsWith(".manifest");
  }

  /** Logs and manifests end in bytes that say nothing, see docs/format.md. */
  private static boolean saysNothing(String name) {
    return name.endsWith(".log") || name.endsWith(".manifest") || name.isEmpty();
  }

  private static VerifyReport verify(FileSystem disk, Path directory) throws IOException {
    return StoreVerifier.verify(SmallStore.parts(disk), directory, true, file -> {});
  }

  static RepairReport repair(FileSystem disk) throws IOException {
    return StoreRepair.repair(SmallStore.parts(disk), SmallStore.DIRECTORY, INTO, step -> {});
  }
}
