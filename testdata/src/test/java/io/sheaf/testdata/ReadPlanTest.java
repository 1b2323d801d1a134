package io.sheaf.testdata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ReadPlanTest {
  private static final int READS = 10_000;

  private final StandardWorkload workload = new StandardWorkload(100_000, 1_000, 42);
  private final ReadPlan plan = new ReadPlan(workload, 7);

  @Test
  void latestReadsOfAllUsers() {
    Set<Long> users = new HashSet<>();
    for (int i = 0; i < READS; i++) {
      Read read = plan.read(ReadKind.LATEST, i);
      users.add(read.user());
      assertEquals(50, read.limit());
      assertEquals(Long.MAX_VALUE, read.id());
    }
    assertEquals(1_000, users.size(), 2);
  }

  @Test
  void hotReadsAreOfTheBusyUsers() {
    Set<Integer> ranks = new HashSet<>();
    for (int i = 0; i < READS; i++) {
      ranks.add(workload.rankOfUser(plan.read(ReadKind.HOT_LATEST, i).user()));
      ranks.add(workload.rankOfUser(plan.read(ReadKind.FULL, i).user()));
    }
    assertEquals(60, ranks.size());
    assertTrue(ranks.stream().allMatch(rank -> rank >= 0 && rank < 60));
  }

  @Test
  void cursorsAndGetsBeginAtRows() {
    double sum = 0;
    for (int i = 0; i < READS; i++) {
      Read cursor = plan.read(ReadKind.CURSOR, i);
      assertEquals(100, cursor.limit());
      assertTrue(workload.rowOf(cursor.user(), cursor.id()) >= 0);
      Read get = plan.read(ReadKind.GET, i);
      assertEquals(1, get.limit());
      assertTrue(workload.rowOf(get.user(), get.id()) >= 0);
      sum += workload.rowOf(get.user(), get.id());
    }
    assertEquals(50_000, sum / READS, 1_500, "the rows are drawn evenly");
  }

  @Test
  void missesAreOfUsersThatExistAndOfOthers() {
    int existing = 0;
    for (int i = 0; i < READS; i++) {
      Read read = plan.read(ReadKind.MISS, i);
      assertEquals(-1, workload.rowOf(read.user(), read.id()));
      existing += workload.rankOfUser(read.user()) >= 0 ? 1 : 0;
    }
    assertEquals(READS / 2, existing);
  }

  @Test
  void seedsAndKindsGiveReadsOfTheirOwn() {
    ReadPlan same = new ReadPlan(workload, 7);
    ReadPlan different = new ReadPlan(workload, 8);
    int equal = 0;
    for (int i = 0; i < 1_000; i++) {
      Read read = plan.read(ReadKind.GET, i);
      assertEquals(read, same.read(ReadKind.GET, i));
      equal += read.equals(different.read(ReadKind.GET, i)) ? 1 : 0;
      assertNotEquals(read.id(), plan.read(ReadKind.CURSOR, i).id());
    }
    assertTrue(equal < 5, equal + " of 1,000 reads are equal");
  }

  @Test
  void refusesAWorkloadWithoutRows() {
    assertThrows(IllegalArgumentException.class, () -> new ReadPlan(workload.withRows(0), 7));
  }
}
