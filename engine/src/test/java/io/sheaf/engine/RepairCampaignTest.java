package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.repair.RepairReport;
import io.sheaf.engine.repair.StoreRepair;
import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.engine.verify.VerifyReport;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damage of every kind in every kind of file: a deep check finds it, and a repair brings back every
 * row that the report does not name.
 *
 * <p>{@code -Dsheaf.test.seed=N} replays; {@code -Dsheaf.test.repairs=N} sets how often each kind
 * of file is damaged in each way.
 */
@Timeout(300)
final class RepairCampaignTest {
  private static final int DAMAGES = Integer.getInteger("sheaf.test.repairs", 6);
  private static final long SEED = TestSeed.next();
  private static final Path INTO = Path.of("/into");

  private final Random random = new Random(SEED);
  private final BatchHistory history = new BatchHistory();
  private final RepairOracle oracle = new RepairOracle(history, INTO);
  private StoreImage image = new StoreImage();

  private StoreImage older = new StoreImage();
  private StoreImage oldest = new StoreImage();
  private List<String> leftOver = List.of();
  private int olderSize;
  private int flushed;

  @BeforeAll
  static void sayHowToReplay() {
    System.out.println("repair campaign: -Dsheaf.test.seed=" + SEED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CURRENT", ".manifest", ".log", ".sst", ".val"})
  void flippedBits(String kind) throws Exception {
    build();
    for (int i = 0; i < DAMAGES; i++) {
      String name = one(kind);
      byte[] content = image.content(name);
      int at = random.nextInt(content.length);
      content[at] ^= (byte) (1 << random.nextInt(8));
      check(image.with(name, content), name, "a bit of byte " + at);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CURRENT", ".manifest", ".log", ".sst", ".val"})
  void missingEnds(String kind) throws Exception {
    build();
    for (int i = 0; i < DAMAGES; i++) {
      String name = one(kind);
      byte[] content = image.content(name);
      int length = random.nextInt(content.length);
      check(image.with(name, Arrays.copyOf(content, length)), name, "cut to " + length);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CURRENT", ".manifest", ".log", ".sst", ".val"})
  void lostPages(String kind) throws Exception {
    build();
    for (int i = 0; i < DAMAGES; i++) {
      String name = one(kind);
      byte[] content = image.content(name);
      int from = random.nextInt(content.length);
      int to = Math.min(content.length, from + 1 + random.nextInt(4096));
      Arrays.fill(content, from, to, (byte) 0);
      check(image.with(name, content), name, "zeros from " + from + " to " + to);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CURRENT", ".manifest", ".log", ".sst", ".val"})
  void missingFiles(String kind) throws Exception {
    build();
    for (String name : image.names(kind)) {
      if (!leftOver.contains(name)) {
        check(image.without(name), name, "missing");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".sst", ".val"})
  void swappedFiles(String kind) throws Exception {
    build();
    for (int i = 0; i < DAMAGES; i++) {
      String name = one(kind);
      String other = one(kind);
      if (!name.equals(other)) {
        check(
            image.with(name, image.content(other)).with(other, image.content(name)),
            name,
            "swapped with " + other);
      }
    }
  }

  /** Neither old versions nor deleted rows come back from files that merges have replaced. */
  @Test
  void replacedFilesWithoutAManifest() throws Exception {
    build();
    StoreImage before = image;
    MemoryFileSystem disk = image.onDisk(SmallStore.DIRECTORY);
    try (Db db = SmallStore.open(disk)) {
      for (Table table : db.tables()) {
        db.compact(table, null, null);
      }
    }
    image = StoreImage.of(disk, SmallStore.DIRECTORY);
    for (StoreImage earlier : List.of(before, older, oldest)) {
      StoreImage strewn = image;
      for (String kind : List.of(".sst", ".val")) {
        for (String name : earlier.names(kind)) {
          strewn = strewn.with(name, earlier.content(name));
        }
      }
      assertTrue(strewn.names(".sst").size() > image.names(".sst").size(), "merges");
      for (String name : image.names(".manifest")) {
        check(strewn.without(name), "", "replaced files, no manifest");
        check(strewn.without(name).without("CURRENT"), "", "replaced files, no CURRENT");
      }
    }
  }

  /** CURRENT and manifest of an earlier moment, with the other files of now. */
  @Test
  void aManifestOfEarlier() throws Exception {
    build();
    StoreImage stale = image;
    for (String name : older.names("CURRENT")) {
      stale = stale.with(name, older.content(name));
    }
    for (String name : older.names(".manifest")) {
      stale = stale.with(name, older.content(name));
    }
    check(stale, "", "an earlier manifest");
  }

  /**
   * A file of which an earlier manifest speaks counts as replaced only where all that a merge has
   * made of it is there.
   */
  @Test
  void aManifestOfEarlierAndAMissingFile() throws Exception {
    build();
    MemoryFileSystem merged = image.onDisk(SmallStore.DIRECTORY);
    try (Db db = SmallStore.open(merged)) {
      for (Table table : db.tables()) {
        db.compact(table, null, null);
      }
    }
    StoreImage stale = StoreImage.of(merged, SmallStore.DIRECTORY);
    for (String kind : List.of("CURRENT", ".manifest")) {
      for (String name : older.names(kind)) {
        stale = stale.with(name, older.content(name));
      }
    }
    for (String name : stale.names(".sst")) {
      MemoryFileSystem disk = stale.without(name).onDisk(SmallStore.DIRECTORY);
      RepairReport report = repair(disk);
      assertEquals(
          "",
          oracle.wrong(disk, report, olderSize),
          () -> name + " missing, seed " + SEED + ": " + report);
    }
  }

  /** A device that does not read a place is damage like any other. */
  @Test
  void readsThatFail() throws Exception {
    build();
    FaultFileSystem counted = new FaultFileSystem(image.onDisk(SmallStore.DIRECTORY));
    repair(counted);
    long reads = counted.calls(FaultFileSystem.Operation.READ);
    assertTrue(reads > 100, () -> reads + " reads");
    for (int i = 0; i < 4 * DAMAGES; i++) {
      FaultFileSystem disk = new FaultFileSystem(image.onDisk(SmallStore.DIRECTORY));
      long nth = 1 + random.nextLong(reads);
      disk.failOnce(FaultFileSystem.Operation.READ, nth);
      try {
        RepairReport report = repair(disk);
        assertEquals("", oracle.wrong(disk, report), () -> "read " + nth + ", seed " + SEED);
      } catch (FaultFileSystem.InjectedException e) { // behind the look at what can be read
        assertFalse(disk.exists(INTO.resolve("CURRENT")), () -> "read " + nth + ", seed " + SEED);
      }
    }
  }

  @Test
  void severalAtOnce() throws Exception {
    build();
    for (int i = 0; i < DAMAGES; i++) {
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
  }

  private String one(String kind) {
    List<String> names = image.names(kind);
    return names.get(random.nextInt(names.size()));
  }

  /** A store with several files of each kind, and writes in the log. */
  private void build() throws Exception {
    CrashFileSystem disk = new CrashFileSystem();
    try (Db db = SmallStore.open(disk)) {
      Table[] tables = BatchHistory.openTables(db);
      for (int run = 0; run < 3; run++) {
        write(db, tables, 60);
        db.flush();
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
    } // which ends the log, so that what is lost of it can be told
    image = StoreImage.of(disk, SmallStore.DIRECTORY);
    for (String kind : List.of("CURRENT", ".manifest", ".log", ".sst", ".val")) {
      assertFalse(image.names(kind).isEmpty(), kind);
    }
    MemoryFileSystem whole = image.onDisk(SmallStore.DIRECTORY);
    VerifyReport verified = verify(whole, SmallStore.DIRECTORY);
    assertEquals(List.of(), verified.findings());
    leftOver = verified.leftOver();
    RepairReport report = repair(whole);
    assertTrue(report.isComplete(), report::toString);
    assertTrue(oracle.wrong(whole, report).isEmpty(), "a whole store");
  }

  private void write(Db db, Table[] tables, int batches) throws IOException {
    for (int i = 0; i < batches; i++) {
      db.write(history.next(tables, random), Durability.SYNC);
    }
  }

  private void check(StoreImage damaged, String name, String damage) throws IOException {
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
      String left = wrong;
      assertEquals("", left, () -> "losses " + report.losses() + ", damages " + report.damages());
      assertTrue(
          !found.isEmpty() || report.losses().isEmpty(), () -> "not found: " + report.losses());
      assertTrue(
          !found.isEmpty()
              || saysNothing(name)
              || leftOver.contains(name)
              || verified.leftOver().contains(name),
          () -> "no finding, but " + name + " is damaged");
      assertEquals(List.of(), verify(disk, INTO).findings(), "the new store");
      StoreImage untouched = StoreImage.of(disk, SmallStore.DIRECTORY);
      for (String kind : List.of("CURRENT", ".manifest", ".log", ".sst", ".val")) {
        assertEquals(damaged.names(kind), untouched.names(kind));
        for (String file : damaged.names(kind)) {
          assertTrue(Arrays.equals(damaged.content(file), untouched.content(file)), file);
        }
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      throw new AssertionError(name + " " + damage + "; replay with -Dsheaf.test.seed=" + SEED, e);
    }
  }

  /** Whether the new store holds the first of the batches and nothing of the others. */
  private boolean isPrefix(FileSystem disk) throws IOException {
    try (Db db = Db.open(INTO, SmallStore.OPTIONS.withCreateIfMissing(false), parts(disk))) {
      return history.check(db, flushed, history.size()) >= flushed;
    }
  }

  /** Logs and manifests end in bytes that say nothing, see docs/format.md. */
  private static boolean saysNothing(String name) {
    return name.endsWith(".log") || name.endsWith(".manifest") || name.isEmpty();
  }

  private static Components parts(FileSystem disk) {
    return Sheaf.components().withFileSystem(disk);
  }

  private static VerifyReport verify(FileSystem disk, Path directory) throws IOException {
    return StoreVerifier.verify(parts(disk), directory, true, file -> {});
  }

  private static RepairReport repair(FileSystem disk) throws IOException {
    return StoreRepair.repair(parts(disk), SmallStore.DIRECTORY, INTO, step -> {});
  }
}
