package io.sheaf.lsm.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata.ValueShare;
import io.sheaf.lsm.version.VersionEdit.AddFile;
import io.sheaf.lsm.version.VersionEdit.AddValueFile;
import io.sheaf.lsm.version.VersionEdit.AlterTable;
import io.sheaf.lsm.version.VersionEdit.Change;
import io.sheaf.lsm.version.VersionEdit.CreateTable;
import io.sheaf.lsm.version.VersionEdit.DropTable;
import io.sheaf.lsm.version.VersionEdit.Flushed;
import io.sheaf.lsm.version.VersionEdit.RemoveFile;
import io.sheaf.lsm.version.VersionEdit.RemoveValueFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class VersionBuilderTest {
  private Version version = RandomStore.EMPTY;
  private final FileLedger ledger = new FileLedger();

  @Test
  void randomEditsLeadWhereTheModelGoes() throws IOException {
    long seed = TestSeed.next();
    AtomicLong numbers = new AtomicLong(1);
    RandomStore store =
        new RandomStore(new Random(seed), numbers::getAndIncrement, (kind, number, size) -> {});
    Version replayed = RandomStore.EMPTY;
    FileLedger replayedLedger = new FileLedger();
    for (int i = 0; i < 1000; i++) {
      VersionStep step = apply(store.next().changes().toArray(Change[]::new));
      assertEquals(store.version(), version, "edit " + i + ", seed " + seed);
      VersionStep again = VersionBuilder.replay(replayed, replayedLedger, step.edit());
      replayedLedger.follow(again);
      replayed = again.version();
      assertEquals(version, replayed, "edit " + i + " replayed, seed " + seed);
    }
  }

  @Test
  void valueFileGoesWithTheLastThatRefersToIt() {
    apply(create(1, "a"), valueFile(7, 1), add(1, 1, 8, 0, 7), add(1, 2, 9, 0, 7));
    VersionEdit first = VersionEdit.of(new RemoveFile(1, 1, 8));
    assertEquals(first, apply(new RemoveFile(1, 1, 8)).edit());
    assertEquals(1, table(1).valueFiles().size());
    VersionStep step = apply(new RemoveFile(1, 2, 9));
    assertEquals(VersionEdit.of(new RemoveFile(1, 2, 9), new RemoveValueFile(1, 7)), step.edit());
    assertEquals(Map.of(9L, FileKind.SSTABLE, 7L, FileKind.VALUES), step.removed());
    assertEquals(List.of(), table(1).runs());
    assertEquals(Map.of(), table(1).valueFiles());
  }

  @Test
  void removalOfAValueFileMayBeGiven() {
    apply(create(1, "a"), valueFile(7, 1), add(1, 1, 8, 0, 7));
    VersionEdit edit = VersionEdit.of(new RemoveFile(1, 1, 8), new RemoveValueFile(1, 7));
    assertEquals(edit, apply(edit.changes().toArray(Change[]::new)).edit());
  }

  @Test
  void fileMayMoveToAnotherRun() {
    apply(create(1, "a"), valueFile(7, 1), add(1, 1, 8, 0, 7));
    VersionStep step = apply(new RemoveFile(1, 1, 8), add(1, 5, 8, 0, 7));
    assertEquals(Map.of(), step.added());
    assertEquals(Map.of(), step.removed());
    assertEquals(5, table(1).runs().getFirst().id());
    assertEquals(1, ledger.references(7));
  }

  @Test
  void droppedTableTakesItsFilesAndLeavesItsId() {
    apply(create(1, "a"), valueFile(7, 1), add(1, 1, 8, 0, 7));
    VersionStep step = apply(new DropTable(1));
    assertEquals(Map.of(8L, FileKind.SSTABLE, 7L, FileKind.VALUES), step.removed());
    assertEquals(0, ledger.references(7));
    assertRefused("table id 1 was given before", create(1, "a"));
    apply(create(2, "a"));
    assertRefused("no table 1", add(1, 1, 10, 0));
  }

  @Test
  void runsNotTouchedAreTakenOver() {
    apply(create(1, "a"), add(1, 1, 8, 0), add(1, 2, 9, 0));
    Run kept = table(1).runs().get(1);
    apply(new RemoveFile(1, 2, 9));
    assertSame(kept, table(1).runs().getFirst());
  }

  @Test
  void tables() {
    apply(create(1, "a"), create(2, "b"));
    assertRefused("two tables have the name 'a'", create(3, "a"));
    assertRefused("two tables have the name 'a'", alter(2, "a"));
    assertRefused("no table 3", alter(3, "c"));
    assertRefused("no table 3", new DropTable(3));
    assertRefused("no table 2", new DropTable(2), new DropTable(2));
    apply(alter(1, "c"), alter(2, "a"));
    apply(create(7, "d"));
    assertEquals(8, version.nextTableId());
  }

  @Test
  void files() {
    apply(create(1, "a"), add(1, 1, 8, 0), add(1, 1, 9, 2));
    assertRefused("file 8 is there already", add(1, 2, 8, 1));
    assertRefused("file 10 is there already", add(1, 2, 10, 1), add(1, 3, 10, 1));
    assertRefused("files 8 and 10 of run 1 overlap", add(1, 1, 10, 0));
    assertRefused("10 is not in run 1", new RemoveFile(1, 1, 10));
    assertRefused("8 is not in run 2", new RemoveFile(1, 2, 8));
    assertRefused("8 is not in run 1", new RemoveFile(1, 1, 8), new RemoveFile(1, 1, 8));
    assertRefused("no table 2", add(2, 1, 10, 0));
    assertRefused("ends with a key below", new AddFile(1, 1, file(10, "b", "a")));
    apply(add(1, 1, 10, 1));
    List<Long> inOrder =
        table(1).runs().getFirst().files().stream().map(FileMetadata::number).toList();
    assertEquals(List.of(8L, 10L, 9L), inOrder);
  }

  @Test
  void valueFiles() {
    apply(create(1, "a"), create(2, "b"), valueFile(7, 1), add(1, 1, 8, 0, 7));
    assertRefused("value file 10 is added, but no SSTable refers to it", valueFile(10, 1));
    assertRefused("refers to value file 10", add(1, 2, 11, 0, 10));
    assertRefused("refers to value file 7", add(2, 2, 11, 0, 7));
    assertRefused("refers to value file 7", new RemoveValueFile(1, 7));
    assertRefused("value file 9 is not one of", new RemoveValueFile(1, 9));
    assertRefused("file 8 is there already", valueFile(8, 1), add(1, 2, 11, 0, 8));
    assertRefused("file 7 is there already", valueFile(7, 2), add(2, 2, 11, 0, 7));
    assertRefused("value file 7 belongs to table 1", new DropTable(1), add(2, 2, 11, 0, 7));
  }

  @Test
  void flushedGoesForwardOnly() {
    apply(new Flushed(5, 100, 1000));
    apply(new Flushed(5, 100, 900));
    assertEquals(1000, version.lastTimeMillis());
    assertRefused("lies before", new Flushed(4, 100, 1000));
    assertRefused("lies before", new Flushed(5, 99, 1000));
  }

  @Test
  void replayAsksForWhatApplyAdds() {
    apply(create(1, "a"), valueFile(7, 1), add(1, 1, 8, 0, 7));
    VersionEdit incomplete = VersionEdit.of(new RemoveFile(1, 1, 8));
    assertThrows(
        IllegalArgumentException.class, () -> VersionBuilder.replay(version, ledger, incomplete));
  }

  private VersionStep apply(Change... changes) {
    VersionStep step = VersionBuilder.apply(version, ledger, VersionEdit.of(changes));
    ledger.follow(step);
    version = step.version();
    return step;
  }

  private void assertRefused(String reason, Change... changes) {
    VersionEdit edit = VersionEdit.of(changes);
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> VersionBuilder.apply(version, ledger, edit));
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains(reason), message);
  }

  private TableState table(int id) {
    return Objects.requireNonNull(version.table(id));
  }

  private static Change create(int id, String name) {
    return new CreateTable(new TableDescriptor(id, name, TableOptions.DEFAULT));
  }

  private static Change alter(int id, String name) {
    return new AlterTable(new TableDescriptor(id, name, TableOptions.DEFAULT));
  }

  private static Change valueFile(long number, int table) {
    return new AddValueFile(new ValueFileMetadata(number, table, 100, 200, 3, 1, 0));
  }

  private static Change add(int table, long run, long number, int slot, long... valueFiles) {
    List<ValueShare> shares =
        Arrays.stream(valueFiles).mapToObj(v -> new ValueShare(v, 10, 1)).toList();
    return new AddFile(table, run, RandomStore.randomFile(new Random(1), number, slot, shares));
  }

  private static FileMetadata file(long number, String smallest, String largest) {
    Slice none = new Slice();
    return new FileMetadata(
        number,
        0,
        1,
        1,
        0,
        0,
        Slice.utf8(smallest),
        Slice.utf8(largest),
        none,
        none,
        1,
        1,
        0,
        0,
        1,
        1,
        0,
        0,
        List.of());
  }
}
