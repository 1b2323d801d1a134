package io.sheaf.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.key.RangeTombstones;
import java.util.List;
import org.junit.jupiter.api.Test;

class TombstoneRetentionTest {
  private static final RangeTombstones TOMBSTONES =
      RangeTombstones.of(
          List.of(tombstone("a", "m", 10), tombstone("a", "m", 20), tombstone("c", "f", 30)));

  @Test
  void withoutSnapshotsTheNewestOfEachFragmentIsNeeded() {
    assertEquals(
        List.of(tombstone("a", "c", 20), tombstone("c", "f", 30), tombstone("f", "m", 20)),
        TombstoneRetention.needed(TOMBSTONES, new long[0], false, null, null));
  }

  @Test
  void overNothingNoneIsNeeded() {
    assertEquals(
        List.of(), TombstoneRetention.needed(TOMBSTONES, new long[] {30}, true, null, null));
  }

  @Test
  void snapshotKeepsWhatItDoesNotSee() {
    assertEquals(
        List.of(tombstone("a", "c", 20), tombstone("c", "f", 30), tombstone("f", "m", 20)),
        TombstoneRetention.needed(TOMBSTONES, new long[] {15}, true, null, null),
        "10 is seen by all; below 20 and 30 lies what the snapshot sees");
  }

  @Test
  void snapshotBetweenTwoKeepsBoth() {
    assertEquals(
        List.of(
            tombstone("a", "c", 20),
            tombstone("a", "c", 10),
            tombstone("c", "f", 30),
            tombstone("c", "f", 10),
            tombstone("f", "m", 20),
            tombstone("f", "m", 10)),
        TombstoneRetention.needed(TOMBSTONES, new long[] {15}, false, null, null));
  }

  @Test
  void partsGetTheirShare() {
    assertEquals(
        List.of(tombstone("d", "f", 30), tombstone("f", "g", 20)),
        TombstoneRetention.needed(
            TOMBSTONES, new long[0], false, Slice.utf8("d"), Slice.utf8("g")));
  }

  private static RangeTombstone tombstone(String start, String end, long sequence) {
    return new RangeTombstone(Slice.utf8(start), Slice.utf8(end), sequence);
  }
}
