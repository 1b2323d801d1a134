package io.sheaf.testdata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class UserRowsTest {
  private final SplittableRandom random = new SplittableRandom(TestSeed.next());
  private final StandardWorkload workload =
      new StandardWorkload(random.nextInt(1, 20_000), random.nextInt(20, 5_000), random.nextLong());
  private final UserRows rows = new UserRows(workload);

  /** For each user the ids and row numbers. */
  private final Map<Long, NavigableMap<Long, Long>> model = new HashMap<>();

  UserRowsTest() {
    RowGenerator generator = workload.generator();
    Row row = new Row();
    while (generator.next(row)) {
      model.computeIfAbsent(row.user(), user -> new TreeMap<>()).put(row.id(), row.number());
    }
  }

  @Test
  void knowsTheRowsOfEachUser() {
    for (int rank = 0; rank < workload.users(); rank++) {
      NavigableMap<Long, Long> expected = modelOf(workload.userOfRank(rank));
      assertEquals(expected.size(), rows.count(rank));
      int back = 0;
      for (Map.Entry<Long, Long> row : expected.descendingMap().entrySet()) {
        assertEquals(row.getValue(), rows.newestRow(rank, back));
        assertEquals(row.getKey(), rows.newestId(rank, back));
        back++;
      }
    }
  }

  @Test
  void countsFromAnyId() {
    long first = workload.idOfRow(0);
    long last = workload.idOfRow(workload.rows() - 1);
    for (int i = 0; i < 10_000; i++) {
      int rank = random.nextInt(workload.users());
      NavigableMap<Long, Long> expected = modelOf(workload.userOfRank(rank));
      long id = random.nextLong(first - 100, last + (1L << 30));
      assertEquals(expected.tailMap(id, true).size(), rows.countFrom(rank, id), "id " + id);
      for (long near : expected.keySet().stream().limit(3).toList()) {
        assertEquals(expected.tailMap(near, true).size(), rows.countFrom(rank, near));
        assertEquals(expected.tailMap(near + 1, true).size(), rows.countFrom(rank, near + 1));
        assertEquals(expected.tailMap(near - 1, true).size(), rows.countFrom(rank, near - 1));
      }
    }
  }

  @Test
  void tellsWhatReadsMustReturn() {
    ReadPlan plan = new ReadPlan(workload, random.nextLong());
    for (ReadKind kind : ReadKind.values()) {
      for (int i = 0; i < 2_000; i++) {
        Read read = plan.read(kind, i);
        assertEquals(modelRows(read), rows.expectedRows(read), read::toString);
      }
    }
  }

  @Test
  void refusesRowsThatAUserHasNot() {
    int count = rows.count(0);
    assertThrows(IndexOutOfBoundsException.class, () -> rows.newestRow(0, count));
    assertThrows(IndexOutOfBoundsException.class, () -> rows.newestRow(0, -1));
  }

  @Test
  void refusesMoreRowsThanItCanHold() {
    StandardWorkload huge = workload.withRows(1_000_000_001);
    assertThrows(IllegalArgumentException.class, () -> new UserRows(huge));
  }

  private NavigableMap<Long, Long> modelOf(long user) {
    return model.getOrDefault(user, new TreeMap<>());
  }

  private int modelRows(Read read) {
    NavigableMap<Long, Long> ofUser = modelOf(read.user());
    int rowsInDirection =
        switch (read.kind()) {
          case LATEST, HOT_LATEST -> ofUser.headMap(read.id(), true).size();
          case CURSOR, FULL -> ofUser.tailMap(read.id(), true).size();
          case GET, MISS -> ofUser.containsKey(read.id()) ? 1 : 0;
        };
    return Math.min(read.limit(), rowsInDirection);
  }
}
