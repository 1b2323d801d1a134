package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.db.ChangeTail;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.LogRetention;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.NoSpaceException;
import io.sheaf.lsm.wal.SequenceNotKeptException;
import java.util.Optional;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A {@linkplain SpaceRun full disk}, and one that is full from one moment to the next, for all
 * files at once. {@code -Dsheaf.test.seed=N} replays.
 */
class FullDiskTest {
  private static final int RUNS = 6;
  private static final long CAPACITY_BYTES = 1 << 20;
  private static final Logger LOG = Logger.getLogger("io.sheaf");

  private final CrashFileSystem disk = new CrashFileSystem();
  private final FaultFileSystem faults = new FaultFileSystem(disk);

  @BeforeAll
  static void quiet() {
    LOG.setLevel(Level.OFF); // each flush that waits is logged, and meant
  }

  @AfterAll
  static void loud() {
    LOG.setLevel(null);
  }

  @Test
  void writesResumeWhenThereIsSpaceAgain() {
    long first = TestSeed.next();
    System.out.println("full disk test: -Dsheaf.test.seed=" + first);
    for (long seed = first; seed < first + RUNS; seed++) {
      fillAndResume(seed);
    }
  }

  /** What was deleted last stood in a memtable that nothing filled any more. */
  @Test
  void deletesGiveTheirRoomBackWhenNothingFollowsThem() {
    fillAndResume(8826441083785364816L);
  }

  private static void fillAndResume(long seed) {
    try {
      SpaceRun.simulated(new Random(seed), CAPACITY_BYTES).run();
    } catch (Exception | AssertionError e) {
      throw new AssertionError("replay with -Dsheaf.test.seed=" + seed, e);
    }
  }

  @Test
  void nothingFailsForGoodOnADiskThatIsFullAtOnce() throws Exception {
    BatchHistory history = new BatchHistory();
    Random random = new Random(5);
    try (Db db = SmallStore.open(faults)) {
      Table[] tables = BatchHistory.openTables(db);
      for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 20; i++) {
          WriteBatch batch = history.next(tables, random);
          await(() -> db.write(batch, Durability.WRITTEN));
        }
        faults.limitSpace(random.nextInt(200));
        String table = "another-" + round;
        boolean refused = isRefused(() -> db.openTable(table, SmallStore.TABLE));
        refused |= isRefused(db::flush);
        assertTrue(refused);
        history.check(db, history.size(), history.size());
        faults.heal();
        db.openTable(table, SmallStore.TABLE);
        await(db::flush);
        assertEquals(Optional.empty(), db.failure());
      }
      faults.limitSpace(0);
    } // closing needs no room
    faults.heal();
    try (Db db = SmallStore.open(faults)) {
      history.check(db, history.size(), history.size());
    }
    try (Db db = SmallStore.open(disk.crashClone(random))) {
      history.check(db, history.size(), history.size());
    }
  }

  /** Logs that only tails read are no reason to refuse a write. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void keptLogsAreGivenUpBeforeWritesAreRefused() throws Exception {
    CrashFileSystem small = new CrashFileSystem();
    FaultFileSystem full = new FaultFileSystem(small);
    full.limitCapacity(small, CAPACITY_BYTES);
    DbOptions keeping =
        SmallStore.OPTIONS.withLogRetention(LogRetention.ofBytes(SpaceRun.PLENTY_BYTES));
    Random random = new Random(7);
    try (Db db = SmallStore.open(full, keeping)) {
      Table table = db.openTable("rows", SmallStore.TABLE);
      byte[] value = new byte[1_000];
      for (int round = 0; round < 4 * CAPACITY_BYTES / value.length; round++) {
        random.nextBytes(value);
        byte[] key = Slice.utf8("aa-" + round % 50).toByteArray();
        await(() -> db.put(table, key, value)); // garbage is collected in the background
        if (round % 100 == 99) {
          await(db::flush);
        }
      }
      try (ChangeTail tail = db.tail(1)) {
        long kept = assertThrows(SequenceNotKeptException.class, tail::next).firstKept();
        assertTrue(kept < db.lastSequence() - 100, "newer logs are kept: " + kept);
      }
    }
  }

  private interface Call {
    void run() throws Exception;
  }

  private static boolean isRefused(Call call) throws Exception {
    try {
      call.run();
      return false;
    } catch (NoSpaceException e) {
      return true;
    }
  }

  /** Tries again until the store has seen that there is room. */
  private static void await(Call call) throws Exception {
    while (isRefused(call)) {
      Thread.onSpinWait();
    }
  }
}
