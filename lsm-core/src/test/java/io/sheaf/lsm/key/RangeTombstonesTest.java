package io.sheaf.lsm.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Compared with a walk over all tombstones. */
class RangeTombstonesTest {
  private static final long[] ALL_SNAPSHOTS = LongStream.rangeClosed(0, 100).toArray();
  private static final int ROUNDS = 2000;
  private static final int HIGHEST_SEQUENCE = 20;

  @Test
  void noneCoversNothing() {
    assertSame(RangeTombstones.NONE, RangeTombstones.of(List.of()));
    assertTrue(RangeTombstones.NONE.isEmpty());
    assertEquals(0, RangeTombstones.NONE.size());
    assertEquals(List.of(), RangeTombstones.NONE.fragments(ALL_SNAPSHOTS));
    Slice key = Slice.utf8("a");
    assertEquals(0, RangeTombstones.NONE.coveringSequence(key, SequenceNumber.MAX));
    assertEquals(0, RangeTombstones.NONE.coveringSequence(key, key, SequenceNumber.MAX));
  }

  @Test
  void endIsOutsideAndStartInside() {
    RangeTombstones one = RangeTombstones.of(List.of(tombstone("b", "d", 7)));
    assertEquals(0, one.coveringSequence(Slice.utf8("a"), 7));
    assertEquals(7, one.coveringSequence(Slice.utf8("b"), 7));
    assertEquals(0, one.coveringSequence(Slice.utf8("b"), 6), "newer than the snapshot");
    assertEquals(7, one.coveringSequence(Slice.utf8("czzz"), 100));
    assertEquals(0, one.coveringSequence(Slice.utf8("d"), 100));
    assertEquals(7, one.coveringSequence(Slice.utf8("b"), Slice.utf8("czzz"), 100));
    assertEquals(0, one.coveringSequence(Slice.utf8("b"), Slice.utf8("d"), 100));
  }

  @Test
  void rangeOverSeveralTombstonesIsDeletedAsFarAsTheOldestOfThem() {
    RangeTombstones two =
        RangeTombstones.of(List.of(tombstone("c", "e", 9), tombstone("a", "c", 4)));
    assertEquals(4, two.coveringSequence(Slice.utf8("b"), Slice.utf8("d"), 100));
    assertEquals(9, two.coveringSequence(Slice.utf8("c"), Slice.utf8("d"), 100));
    RangeTombstones gap =
        RangeTombstones.of(List.of(tombstone("c", "e", 9), tombstone("a", "b", 4)));
    assertEquals(0, gap.coveringSequence(Slice.utf8("a"), Slice.utf8("d"), 100));
  }

  @Test
  void answersAsAWalkOverAllDoes() {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      String message = "round " + round + ", seed " + seed;
      List<RangeTombstone> all = randomTombstones(random);
      RangeTombstones set = RangeTombstones.of(all);
      assertEquals(all.isEmpty(), set.isEmpty(), message);
      for (int i = 0; i < 20; i++) {
        long snapshot = random.nextInt(HIGHEST_SEQUENCE + 2);
        Slice a = randomKey(random);
        Slice b = randomKey(random);
        assertEquals(covering(all, a, snapshot), set.coveringSequence(a, snapshot), message);
        boolean rising = a.compareTo(b) <= 0;
        Slice first = rising ? a : b;
        Slice last = rising ? b : a;
        assertEquals(
            covering(all, first, last, snapshot),
            set.coveringSequence(first, last, snapshot),
            message);
      }
    }
  }

  @Test
  void fragmentsSayTheSameAndDoNotOverlap() {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      String message = "round " + round + ", seed " + seed;
      List<RangeTombstone> all = randomTombstones(random);
      RangeTombstones set = RangeTombstones.of(all);
      List<RangeTombstone> fragments = set.fragments(ALL_SNAPSHOTS);
      int ranges = 0;
      for (int i = 0; i < fragments.size(); i++) {
        RangeTombstone right = fragments.get(i);
        RangeTombstone left = i == 0 ? null : fragments.get(i - 1);
        if (left != null && left.start().equals(right.start())) {
          assertEquals(left.end(), right.end(), message);
          assertTrue(left.sequence() > right.sequence(), message);
        } else {
          assertTrue(left == null || left.end().compareTo(right.start()) <= 0, message);
          ranges++;
        }
      }
      assertEquals(ranges, set.size(), message);
      assertEquals(fragments, RangeTombstones.of(fragments).fragments(ALL_SNAPSHOTS), message);
      for (int i = 0; i < 10; i++) {
        Slice key = randomKey(random);
        long snapshot = random.nextInt(HIGHEST_SEQUENCE + 2);
        assertEquals(covering(all, key, snapshot), covering(fragments, key, snapshot), message);
      }
    }
  }

  @Test
  void fragmentsForSnapshotsSayTheSameToTheirReaders() {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      String message = "round " + round + ", seed " + seed;
      List<RangeTombstone> all = randomTombstones(random);
      long[] snapshots =
          random.longs(random.nextInt(4), 0, HIGHEST_SEQUENCE + 2).sorted().distinct().toArray();
      List<RangeTombstone> needed = RangeTombstones.of(all).fragments(snapshots);
      Set<List<Object>> stripes = new HashSet<>();
      for (RangeTombstone one : needed) {
        long unseenBy = Arrays.stream(snapshots).filter(s -> s < one.sequence()).count();
        assertTrue(stripes.add(List.of(one.start(), unseenBy)), message);
      }
      for (int i = 0; i < 10; i++) {
        Slice key = randomKey(random);
        for (long snapshot : snapshots) {
          assertEquals(covering(all, key, snapshot), covering(needed, key, snapshot), message);
        }
        long now = HIGHEST_SEQUENCE + 1;
        assertEquals(covering(all, key, now), covering(needed, key, now), message);
      }
    }
  }

  /** As made by a history that is trimmed again and again up to a rising id. */
  @Test
  void nestedRangesTakeNoRoomForEachPair() {
    int count = 10_000;
    List<RangeTombstone> trims = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      trims.add(new RangeTombstone(Slice.utf8("a"), key(i), i));
    }
    RangeTombstones set = RangeTombstones.of(trims);
    assertEquals(count, set.size());
    assertTrue(set.nodes() < 32 * count, () -> set.nodes() + " nodes");
    assertEquals(count, set.fragments(new long[0]).size());
    assertEquals(count, set.coveringSequence(Slice.utf8("a"), Long.MAX_VALUE));
    assertEquals(700, set.coveringSequence(key(333), 700));
    assertEquals(0, set.coveringSequence(key(700), 700));
  }

  private static Slice key(int id) {
    return Slice.utf8(String.format(Locale.ROOT, "a%06d", id));
  }

  private static long covering(List<RangeTombstone> all, Slice key, long snapshot) {
    long highest = 0;
    for (RangeTombstone tombstone : all) {
      if (tombstone.start().compareTo(key) <= 0
          && tombstone.end().compareTo(key) > 0
          && tombstone.sequence() <= snapshot) {
        highest = Math.max(highest, tombstone.sequence());
      }
    }
    return highest;
  }

  /** What covers keys changes only where a tombstone starts or ends. */
  private static long covering(List<RangeTombstone> all, Slice first, Slice last, long snapshot) {
    TreeSet<Slice> places = new TreeSet<>(List.of(first));
    for (RangeTombstone tombstone : all) {
      places.add(tombstone.start());
      places.add(tombstone.end());
    }
    long lowest = Long.MAX_VALUE;
    for (Slice place : places.subSet(first, true, last, true)) {
      lowest = Math.min(lowest, covering(all, place, snapshot));
    }
    return lowest;
  }

  private static List<RangeTombstone> randomTombstones(Random random) {
    List<RangeTombstone> all = new ArrayList<>();
    int count = random.nextInt(10);
    while (all.size() < count) {
      Slice a = randomKey(random);
      Slice b = randomKey(random);
      if (a.compareTo(b) < 0) {
        all.add(new RangeTombstone(a, b, 1 + random.nextInt(HIGHEST_SEQUENCE)));
      }
    }
    return all;
  }

  private static Slice randomKey(Random random) {
    byte[] key = new byte[random.nextInt(3)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (random.nextInt(4) * 85); // 0, 85, 170, 255
    }
    return Slice.of(key);
  }

  private static RangeTombstone tombstone(String start, String end, long sequence) {
    return new RangeTombstone(Slice.utf8(start), Slice.utf8(end), sequence);
  }
}
