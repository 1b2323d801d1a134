package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.repair.RepairReport;
import io.sheaf.engine.repair.StoreRepair;
import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Stores whose process was killed, or whose power was cut, in the middle of flushes and merges:
 * half of a run is there, or both it and what it replaces. They lose their manifest, and a file
 * besides; a repair brings back every row that its report does not name.
 *
 * <p>{@code -Dsheaf.test.seed=N} replays what is written and drawn, though not when merges run;
 * {@code -Dsheaf.test.repairs=N} sets how many moments are tried.
 */
@Timeout(300)
final class RepairKilledTest {
  private static final int MOMENTS = Integer.getInteger("sheaf.test.repairs", 3);
  private static final long SEED = TestSeed.next();
  private static final Path INTO = Path.of("/into");

  private final Random random = new Random(SEED);
  private final BatchHistory history = new BatchHistory();
  private final RepairOracle oracle = new RepairOracle(history, INTO);

  @BeforeAll
  static void sayHowToReplay() {
    System.out.println("repair of killed stores: -Dsheaf.test.seed=" + SEED);
  }

  /** A moment between two steps of the background work, and what was about to happen. */
  private record Moment(String step, StoreImage killed, StoreImage cut) {}

  @Test
  void inTheMiddleOfFlushesAndMerges() throws Exception {
    CrashFileSystem disk = new CrashFileSystem();
    try (Db db = SmallStore.open(disk)) {
      Table[] tables = BatchHistory.openTables(db);
      nameTables(db, tables);
      for (int round = 0; round < 3; round++) {
        write(db, tables, 50);
        try (Cursor pin = db.cursor(tables[0], CursorOptions.ALL)) {
          assertTrue(pin.next());
          write(db, tables, 10); // what merges replace of them stays until the cursor is closed
          Moments moments = new Moments(disk, random);
          disk.onOperation(moments::offer);
          db.flush();
          db.awaitIdle();
          if (round > 0) {
            for (Table table : tables) {
              db.compact(table, null, null);
            }
          }
          disk.onOperation(step -> {});
          assertFalse(moments.chosen().isEmpty());
          for (Moment moment : moments.chosen()) {
            killed(moment.killed(), "killed before: " + moment.step());
            damage(moment.cut(), "power cut before: " + moment.step());
          }
        }
      }
    }
  }

  /**
   * A store that is killed and opened again and again: there are several logs at each opening, and
   * one that is not needed any more is kept to be overwritten.
   */
  @Test
  void overSeveralLives() throws Exception {
    CrashFileSystem disk = new CrashFileSystem();
    for (int life = 0; life < 3; life++) {
      CrashFileSystem next;
      try (Db db = SmallStore.open(disk)) {
        Table[] tables = BatchHistory.openTables(db);
        nameTables(db, tables);
        for (int i = 0; i < MOMENTS; i++) {
          write(db, tables, 12);
          String moment = "life " + life + ", batch " + history.size();
          killed(StoreImage.of(disk.killClone(), SmallStore.DIRECTORY), moment);
        }
        next = disk.killClone();
      }
      disk = next;
    }
  }

  /** A log that is made, or is about to be overwritten, and has no header yet. */
  @Test
  void beforeALogWasBegun() throws Exception {
    CrashFileSystem disk = new CrashFileSystem();
    try (Db db = SmallStore.open(disk)) {
      Table[] tables = BatchHistory.openTables(db);
      nameTables(db, tables);
      byte[] older = newestLog(disk);
      write(db, tables, 5);
      db.flush();
      write(db, tables, 5);
      StoreImage killed = StoreImage.of(disk.killClone(), SmallStore.DIRECTORY);
      killed(killed.with("100000.log", older), "a log is about to be overwritten");
      killed(killed.with("100000.log", new byte[0]), "a log is made");
      assertEquals(
          List.of(),
          StoreVerifier.verify(
                  Sheaf.components()
                      .withFileSystem(
                          killed.with("100000.log", older).onDisk(SmallStore.DIRECTORY)),
                  SmallStore.DIRECTORY,
                  true,
                  file -> {})
              .findings());
    }
  }

  private static byte[] newestLog(CrashFileSystem disk) throws IOException {
    StoreImage image = StoreImage.of(disk.killClone(), SmallStore.DIRECTORY);
    return image.content(image.names(".log").getLast());
  }

  /** Draws some moments out of all that are offered; each has the same chance. */
  private static final class Moments {
    private final CrashFileSystem disk;
    private final Random draw;
    private final List<Moment> chosen = new ArrayList<>();
    private int offered;

    Moments(CrashFileSystem disk, Random random) {
      this.disk = disk;
      this.draw = new Random(random.nextLong());
    }

    synchronized void offer(String step) {
      int place = draw.nextInt(++offered);
      if (place < MOMENTS || chosen.size() < MOMENTS) {
        Moment moment = moment(step);
        if (chosen.size() < MOMENTS) {
          chosen.add(moment);
        } else {
          chosen.set(place, moment);
        }
      }
    }

    private Moment moment(String step) {
      try {
        return new Moment(
            step,
            StoreImage.of(disk.killClone(), SmallStore.DIRECTORY),
            StoreImage.of(disk.crashClone(draw), SmallStore.DIRECTORY));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    synchronized List<Moment> chosen() {
      return List.copyOf(chosen);
    }
  }

  /** Without an SSTable, nothing but the manifest tells the name of a table. */
  private void nameTables(Db db, Table[] tables) throws IOException, InterruptedException {
    write(db, tables, 3);
    db.flush();
  }

  private void write(Db db, Table[] tables, int batches) throws IOException {
    for (int i = 0; i < batches; i++) {
      db.write(history.next(tables, random), Durability.SYNC);
    }
  }

  /**
   * All comes back, with the manifest or without, and the report says so. Not so after a power cut:
   * a log may be there of which no byte was durable, or one again that was deleted, with writes
   * behind it that are in no log; nothing tells that nothing is lost.
   */
  private void killed(StoreImage image, String moment) throws IOException {
    RepairReport whole = check(image, moment);
    assertTrue(whole.isComplete(), () -> moment + ": " + whole + replay());
    RepairReport rebuilt = check(withoutManifest(image), moment + ", no manifest");
    assertTrue(rebuilt.isComplete(), () -> moment + ", no manifest: " + rebuilt + replay());
    damage(image, moment);
  }

  private static StoreImage withoutManifest(StoreImage image) {
    StoreImage lost = image;
    for (String manifest : image.names(".manifest")) {
      lost = lost.without(manifest);
    }
    return lost;
  }

  /** Tries the image as it is, without its manifest, and with more damage. */
  private void damage(StoreImage image, String moment) throws IOException {
    check(image, moment);
    StoreImage lost = withoutManifest(image);
    check(lost, moment + ", no manifest");
    check(lost.without("CURRENT"), moment + ", neither CURRENT nor a manifest");
    List<String> keyFiles = image.names(".sst");
    if (!keyFiles.isEmpty()) {
      String any = keyFiles.get(random.nextInt(keyFiles.size()));
      check(image.without(any), moment + ", no " + any);
      String newest = keyFiles.getLast();
      byte[] content = image.content(newest);
      int length = random.nextInt(content.length + 1);
      check(
          lost.with(newest, Arrays.copyOf(content, length)),
          moment + ", no manifest, " + newest + " cut to " + length);
      if (content.length > 60) { // a whole block or more, but no footer: it does not say whose
        check(
            lost.with(newest, Arrays.copyOf(content, content.length - 60)),
            moment + ", no manifest, " + newest + " without its footer");
      }
    }
  }

  private RepairReport check(StoreImage damaged, String what) throws IOException {
    try {
      MemoryFileSystem disk = damaged.onDisk(SmallStore.DIRECTORY);
      Components parts = Sheaf.components().withFileSystem(disk);
      RepairReport report = StoreRepair.repair(parts, SmallStore.DIRECTORY, INTO, step -> {});
      assertEquals("", oracle.wrong(disk, report), report::toString);
      assertEquals(
          List.of(), StoreVerifier.verify(parts, INTO, true, file -> {}).findings(), "new store");
      return report;
    } catch (IOException | RuntimeException | AssertionError e) {
      throw new AssertionError(what + replay(), e);
    }
  }

  private static String replay() {
    return "; replay with -Dsheaf.test.seed=" + SEED;
  }
}
