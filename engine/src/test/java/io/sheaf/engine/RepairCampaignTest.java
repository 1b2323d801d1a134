package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.RepairScenario.Damage;
import io.sheaf.engine.repair.RepairReport;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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

  private final Random random = new Random(SEED);

  @BeforeAll
  static void sayHowToReplay() {
    System.out.println("repair campaign: -Dsheaf.test.seed=" + SEED);
  }

  static Stream<Arguments> damages() {
    return DamagedStore.KINDS.stream()
        .flatMap(kind -> Stream.of(Damage.values()).map(how -> Arguments.of(kind, how)));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void damage(String kind, Damage how) throws Exception {
    RepairScenario store = new RepairScenario(random);
    for (int i = 0; i < DAMAGES; i++) {
      store.damage(kind, how);
    }
  }

  @Test
  void severalAtOnce() throws Exception {
    RepairScenario store = new RepairScenario(random);
    for (int i = 0; i < DAMAGES; i++) {
      store.damageSeveral();
    }
  }

  /** Neither old versions nor deleted rows come back from files that merges have replaced. */
  @Test
  void replacedFilesWithoutAManifest() throws Exception {
    RepairScenario store = new RepairScenario(random);
    StoreImage before = store.image();
    MemoryFileSystem disk = before.onDisk(SmallStore.DIRECTORY);
    try (Db db = SmallStore.open(disk)) {
      for (Table table : db.tables()) {
        db.compact(table, null, null);
      }
    }
    StoreImage image = StoreImage.of(disk, SmallStore.DIRECTORY);
    List<StoreImage> all = new ArrayList<>(store.earlier());
    all.add(before);
    for (StoreImage earlier : all) {
      StoreImage strewn = image;
      for (String kind : List.of(".sst", ".val")) {
        for (String name : earlier.names(kind)) {
          strewn = strewn.with(name, earlier.content(name));
        }
      }
      assertTrue(strewn.names(".sst").size() > image.names(".sst").size(), "merges");
      for (String name : image.names(".manifest")) {
        store.check(strewn.without(name), "", "replaced files, no manifest");
        store.check(strewn.without(name).without("CURRENT"), "", "replaced files, no CURRENT");
      }
    }
  }

  /** CURRENT and manifest of an earlier moment, with the other files of now. */
  @Test
  void aManifestOfEarlier() throws Exception {
    RepairScenario store = new RepairScenario(random);
    StoreImage older = store.earlier().getFirst();
    StoreImage stale = store.image();
    for (String name : older.names("CURRENT")) {
      stale = stale.with(name, older.content(name));
    }
    for (String name : older.names(".manifest")) {
      stale = stale.with(name, older.content(name));
    }
    store.check(stale, "", "an earlier manifest");
  }

  /**
   * A file of which an earlier manifest speaks counts as replaced only where all that a merge has
   * made of it is there.
   */
  @Test
  void aManifestOfEarlierAndAMissingFile() throws Exception {
    RepairScenario store = new RepairScenario(random);
    StoreImage older = store.earlier().getFirst();
    MemoryFileSystem merged = store.image().onDisk(SmallStore.DIRECTORY);
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
      RepairReport report = RepairScenario.repair(disk);
      assertEquals(
          "",
          store.wrong(disk, report, store.olderSize()),
          () -> name + " missing, seed " + SEED + ": " + report);
    }
  }

  /** A device that does not read a place is damage like any other. */
  @Test
  void readsThatFail() throws Exception {
    RepairScenario store = new RepairScenario(random);
    StoreImage image = store.image();
    FaultFileSystem counted = new FaultFileSystem(image.onDisk(SmallStore.DIRECTORY));
    RepairScenario.repair(counted);
    long reads = counted.calls(FaultFileSystem.Operation.READ);
    assertTrue(reads > 100, () -> reads + " reads");
    for (int i = 0; i < 4 * DAMAGES; i++) {
      FaultFileSystem disk = new FaultFileSystem(image.onDisk(SmallStore.DIRECTORY));
      long nth = 1 + random.nextLong(reads);
      disk.failOnce(FaultFileSystem.Operation.READ, nth);
      try {
        RepairReport report = RepairScenario.repair(disk);
        assertEquals("", store.wrong(disk, report), () -> "read " + nth + ", seed " + SEED);
      } catch (FaultFileSystem.InjectedException e) { // behind the look at what can be read
        assertFalse(
            disk.exists(RepairScenario.repaired().resolve("CURRENT")),
            () -> "read " + nth + ", seed " + SEED);
      }
    }
  }
}
