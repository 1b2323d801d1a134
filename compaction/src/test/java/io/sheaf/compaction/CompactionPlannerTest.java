package io.sheaf.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CompactionPlannerTest {
  private static final CompactionLimits LIMITS = new CompactionLimits(1, 1.3, 0, 8_000, 8);

  @Test
  void forgetsTablesThatWereDropped() throws Exception {
    try (TestStore store = new TestStore(new MemoryFileSystem(), LIMITS, 0)) {
      CompactionPlanner planner = new CompactionPlanner(store, 1);
      store.flush(List.of(new TestRow(TestRow.key(1, 1), 1, 1, TestRow.key(0, 0))), List.of());
      store.flush(
          List.of(new TestRow(TestRow.key(1, 2), 2, 1, TestRow.key(0, 0))),
          List.of(new RangeTombstone(TestRow.key(1, 0), TestRow.key(1, 2), 3)));
      store.sequence.set(3);
      TableState table = store.table();
      assertEquals(1, planner.plan(table, List.of()).size(), "the delete hides an older file");
      planner.remember(merge(table), new CompactionJob.Outcome(true, 2, 1));
      planner.observe(version(table), false);
      assertEquals(2, planner.remembered(), "what the delete hides, and what merges drop");
      planner.observe(version(), false);
      assertEquals(0, planner.remembered());
    }
  }

  private static Compaction merge(TableState table) {
    List<InputRun> inputs =
        table.runs().stream().map(run -> new InputRun(run.id(), run.files())).toList();
    long oldest = table.runs().getLast().id();
    return new Compaction.Merge(
        table.descriptor(), Reason.RUNS, inputs, oldest, 1, true, Set.of(), 1);
  }

  private static Version version(TableState... tables) {
    return new Version(
        StoreId.NONE,
        tables.length == 0 ? Map.of() : Map.of(TestStore.TABLE, tables[0]),
        0,
        0,
        0,
        2);
  }
}
