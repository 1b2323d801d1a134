package io.sheaf.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.compaction.SimulatedStore.Entry;
import io.sheaf.compaction.SimulatedStore.Tombstone;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What becomes of files that overlap, of files that do not, and of files under range deletes. */
class MergePlanTest {
  private static final CompactionLimits LIMITS = new CompactionLimits(1, 1.25, 0, 1_000, 2);

  private final SimulatedStore store =
      new SimulatedStore(new TableDescriptor(1, "plan", TableOptions.DEFAULT));
  private long sequence;

  @Test
  void whatDoesNotOverlapIsMovedWhereItIsLarge() {
    flush(0, 100);
    flush(200, 300);
    List<Compaction> jobs = pick(PickContext.at(1));
    assertEquals(1, jobs.size());
    Compaction.Move move = (Compaction.Move) jobs.getFirst();
    assertEquals(store.table().runs().getLast().id(), move.outputRun());
    store.apply(move, Long.MAX_VALUE, 1);
    assertEquals(1, store.table().runs().size());
    assertTrue(pick(PickContext.at(1)).isEmpty());
  }

  @Test
  void smallNeighboursAreMergedThoughTheyDoNotOverlap() {
    flush(0, 5);
    flush(10, 15);
    Compaction.Merge merge = (Compaction.Merge) pick(PickContext.at(1)).getFirst();
    assertEquals(2, merge.inputs().size());
    assertTrue(merge.oldestRun());
  }

  @Test
  void aPartOfTheKeysIsMergedAlone() {
    flush(0, 100);
    flush(50, 150);
    flush(300, 400);
    flush(300, 400);
    List<Compaction> jobs = Stream.of(pick(PickContext.at(1))).flatMap(List::stream).toList();
    for (int i = 0; i < jobs.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertFalse(jobs.get(i).conflictsWith(jobs.get(j)), () -> "conflicts in " + jobs);
      }
    }
    assertTrue(jobs.size() > 1, () -> "not divided: " + jobs);
  }

  @Test
  void jobsThatMightWriteToOnePlaceConflict() {
    flush(0, 100);
    flush(50, 150);
    Compaction job = pick(PickContext.at(1)).getFirst();
    assertTrue(job.conflictsWith(job));
    assertEquals(List.of(), pick(PickContext.at(1).withUnderWay(List.of(job))));
  }

  @Test
  void jobsWithoutACommonFileConflictOverTheKeysOfOneRun() {
    flush(0, 10);
    flush(20, 30);
    flush(5, 25);
    Compaction.Move wide = move(1, 2);
    Compaction.Move inTheGap = move(0);
    assertTrue(wide.conflictsWith(inTheGap), "one file from 0 to 29 might cover the other");
    Compaction.Move elsewhere =
        new Compaction.Move(inTheGap.table(), Reason.RUNS, inTheGap.inputs(), 99);
    assertFalse(wide.conflictsWith(elsewhere));
  }

  /** A job that moves the files of these runs to the oldest one. */
  private Compaction.Move move(int... runs) {
    List<InputRun> inputs = new ArrayList<>();
    for (int run : runs) {
      inputs.add(new InputRun(run, store.table().runs().get(run).files()));
    }
    return new Compaction.Move(store.table().descriptor(), Reason.RUNS, inputs, 1);
  }

  @Test
  void filesUnderARangeDeleteGoUnread() {
    flush(0, 100);
    store.flush(List.of(), List.of(new Tombstone(0, 1_000, ++sequence)));
    PickContext context = PickContext.at(1).withDeletes(sequence, 0, store.tombstones());
    Compaction.Drop drop = (Compaction.Drop) pick(context).getFirst();
    store.apply(drop, Long.MAX_VALUE, 1);
    assertEquals(1, store.table().runs().size());
  }

  @Test
  void filesUnderARangeDeleteStayForASnapshot() {
    flush(0, 100);
    long snapshot = sequence;
    store.flush(List.of(), List.of(new Tombstone(0, 1_000, ++sequence)));
    PickContext context = PickContext.at(1).withDeletes(snapshot, 0, store.tombstones());
    for (Compaction job : pick(context)) {
      assertFalse(job instanceof Compaction.Drop, () -> "dropped " + job);
    }
  }

  @Test
  void deletesOverNothingGo() {
    store.flush(List.of(), List.of(new Tombstone(0, 1_000, ++sequence)));
    PickContext context = PickContext.at(1).withDeletes(sequence, 0, store.tombstones());
    Compaction.Merge merge = (Compaction.Merge) pick(context).getFirst();
    assertEquals(Reason.DELETES, merge.reason());
    store.apply(merge, Long.MAX_VALUE, 1);
    assertTrue(store.table().runs().isEmpty());
  }

  private List<Compaction> pick(PickContext context) {
    return new CompactionPicker(LIMITS).pick(store.table(), context);
  }

  private void flush(int from, int to) {
    List<Entry> entries = new ArrayList<>();
    for (int key = from; key < to; key++) {
      entries.add(new Entry(key, ++sequence, false, 1, 20, 0));
    }
    store.flush(entries, List.of());
  }
}
