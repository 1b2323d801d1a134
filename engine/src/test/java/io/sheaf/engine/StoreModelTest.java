package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.sheaf.lsm.coding.TestSeed;
import org.junit.jupiter.api.Test;

/**
 * Random operations on a store against a sorted map: puts, deletes, range deletes, batches over
 * tables, snapshots, gets and cursors of all kinds, with flushes, compactions, reopening under
 * other options, expiry, and killed processes in between.
 *
 * <p>{@code -Dsheaf.test.seed=N} replays one run, {@code -Dsheaf.test.runs=N} sets their number,
 * {@code -Dsheaf.test.operations=N} their length.
 */
class StoreModelTest {
  private static final int RUNS = Integer.getInteger("sheaf.test.runs", 80);
  private static final int OPERATIONS = Integer.getInteger("sheaf.test.operations", 2_000);

  @Test
  void equalsTheModelAtEveryRead() throws Exception {
    Long replay = Long.getLong("sheaf.test.seed");
    long first = TestSeed.next();
    int runs = replay != null ? 1 : RUNS;
    System.out.println("model test: " + runs + " runs from -Dsheaf.test.seed=" + first);
    for (int run = 0; run < runs; run++) {
      long seed = first + run;
      try (StoreModelRun one = new StoreModelRun(seed)) {
        one.run(OPERATIONS);
      } catch (Exception | AssertionError e) {
        fail("replay with -Dsheaf.test.seed=" + seed, e);
      }
    }
  }

  @Test
  void modelItselfScansAsAMapDoes() {
    StoreModel model = new StoreModel(1);
    model.put(0, new byte[] {1}, new byte[] {10}, 5);
    model.put(0, new byte[] {2}, new byte[] {20}, 6);
    assertEquals(1, model.scan(0, null, null, true, 9, 5).size());
    assertArrayEquals(new byte[] {10}, model.get(0, new byte[] {1}, 4));
  }
}
