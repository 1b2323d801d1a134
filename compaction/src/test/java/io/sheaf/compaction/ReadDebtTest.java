package io.sheaf.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadDebtTest {
  private final Statistics statistics = new Statistics();
  private final ReadDebt debt = new ReadDebt(statistics);

  @Test
  void readsOfMoreRunsThanOnePayForWhatIsNotCached() {
    read(100, 300, 100, 300);
    debt.observe(store(3, 2));
    assertEquals(200 * 0.75 * ReadDebt.READ_BYTES * 2 / 3, debt.of(1), 1);
    assertEquals(200 * 0.75 * ReadDebt.READ_BYTES * 1 / 3, debt.of(2), 1);
    debt.settle(1);
    assertEquals(0, debt.of(1));
    debt.observe(store(3, 2));
    assertEquals(0, debt.of(1), "nothing was read since");
  }

  @Test
  void oneRunForEachReadIsFree() {
    read(100, 100, 0, 100);
    debt.observe(store(3, 2));
    assertEquals(0, debt.of(1));
  }

  @Test
  void whatIsCachedIsFree() {
    read(100, 1_000, 1_000, 0);
    debt.observe(store(3, 2));
    assertEquals(0, debt.of(1));
  }

  private void read(long reads, long opened, long hits, long misses) {
    statistics.add(Counter.GETS, reads / 2);
    statistics.add(Counter.CURSORS, reads - reads / 2);
    statistics.add(Counter.RUNS_OPENED, opened);
    statistics.add(Counter.CACHE_HITS, hits);
    statistics.add(Counter.CACHE_MISSES, misses);
  }

  private static Version store(int runsOfFirst, int runsOfSecond) {
    return new Version(
        StoreId.NONE, Map.of(1, table(1, runsOfFirst), 2, table(2, runsOfSecond)), 0, 0, 0, 3);
  }

  private static TableState table(int id, int runs) {
    SimulatedStore store =
        new SimulatedStore(new TableDescriptor(id, "table" + id, TableOptions.DEFAULT));
    for (int i = 0; i < runs; i++) {
      store.flush(List.of(new SimulatedStore.Entry(i, i + 1, false, 1, 10, 0)), List.of());
    }
    return store.table();
  }
}
