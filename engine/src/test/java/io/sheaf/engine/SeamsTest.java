package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.fail;

import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.db.Components;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every part promises at its seam, checked by what a store makes of it: each plain default of
 * lsm-core in the place of the real part, alone and all together, is held to the same model.
 *
 * <p>{@code -Dsheaf.test.seed=N} replays the runs of one seed.
 */
class SeamsTest {
  private static final int RUNS = 5;
  private static final int OPERATIONS = 800;

  private record Parts(String name, Components components) {}

  private static List<Parts> allParts() {
    Components real = Sheaf.components();
    Components plain = Components.defaults();
    return List.of(
        new Parts("all plain but for prefix rules", plain.withExtractors(real.extractors())),
        new Parts("skip list", real.withMemTables(plain.memTables())),
        new Parts("values inline", real.withPolicies(plain.policies()).withValues(plain.values())),
        new Parts("no compaction", real.withCompactors(plain.compactors())));
  }

  @TestFactory
  Stream<DynamicTest> equalTheModel() {
    long first = TestSeed.next();
    System.out.println("seams test: -Dsheaf.test.seed=" + first);
    return allParts().stream()
        .map(parts -> DynamicTest.dynamicTest(parts.name(), () -> run(parts, first)));
  }

  private static void run(Parts parts, long first) {
    for (long seed = first; seed < first + RUNS; seed++) {
      try (StoreModelRun one = new StoreModelRun(seed, parts.components())) {
        one.run(OPERATIONS);
      } catch (Exception | AssertionError e) {
        fail("replay with -Dsheaf.test.seed=" + seed, e);
      }
    }
  }
}
