package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.FaultRun.Mode;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The n-th call of a kind to the file system fails, once or from then on, for n = 1 and on until
 * none fails. Nothing is acknowledged after a failed write or sync of the log, the store says what
 * made it read-only, reads go on, and opening it again brings back all that was acknowledged and
 * leaves no file behind that nothing needs.
 *
 * <p>{@code -Dsheaf.test.seed=N} replays the operations, {@code -Dsheaf.test.faults=all} tries
 * every n instead of a sample that thins out.
 */
class StoreFaultTest {
  private static final boolean ALL = "all".equals(System.getProperty("sheaf.test.faults"));

  /** Runs without a call of a kind after which there seems to be none. */
  private static final int MOST_WITHOUT = 50;

  private static final Logger LOG = Logger.getLogger("io.sheaf");

  @BeforeAll
  static void quiet() {
    LOG.setLevel(Level.OFF); // each fault is logged, and meant
  }

  @AfterAll
  static void loud() {
    LOG.setLevel(null);
  }

  @ParameterizedTest
  @CsvSource({
    "CREATE, ONCE",
    "CREATE, FROM_THEN_ON",
    "CREATE, NO_ROOM",
    "OVERWRITE, ONCE",
    "OVERWRITE, FROM_THEN_ON",
    "OPEN, ONCE",
    "OPEN, FROM_THEN_ON",
    "READ, ONCE",
    "READ, FROM_THEN_ON",
    "READ, HALF",
    "READ, FALSE",
    "READ, LATE",
    "WRITE, ONCE",
    "WRITE, FROM_THEN_ON",
    "WRITE, HALF",
    "WRITE, NO_ROOM",
    "SYNC, ONCE",
    "SYNC, FROM_THEN_ON",
    "SYNC, PAGES_LOST",
    "SYNC, PAGES_CLEAN",
    "TRUNCATE, ONCE",
    "TRUNCATE, FROM_THEN_ON",
    "RENAME, ONCE",
    "RENAME, FROM_THEN_ON",
    "RENAME, NO_ROOM",
    "LINK, ONCE",
    "LINK, NO_ROOM",
    "DELETE, ONCE",
    "DELETE, FROM_THEN_ON",
    "LIST, ONCE",
    "SYNC_DIRECTORY, ONCE",
    "SYNC_DIRECTORY, FROM_THEN_ON"
  })
  void nothingAcknowledgedIsLost(Operation operation, Mode mode) {
    long seed = TestSeed.next();
    long n = 1;
    long struck = 0;
    long without = 0;
    while (true) {
      try {
        if (!new FaultRun(new Random(seed + n + MOST_WITHOUT * without)).run(operation, mode, n)) {
          if (struck > 0 || ++without == MOST_WITHOUT) {
            break;
          }
          continue; // the operations of some runs make no call of this kind
        }
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            operation + " " + n + " failed " + mode + "; replay with -Dsheaf.test.seed=" + seed, e);
      }
      struck++;
      n += ALL ? 1 : 1 + n / 3;
    }
    assertTrue(struck > 0, () -> "no " + operation + " was ever called");
  }
}
