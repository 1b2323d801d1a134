package io.sheaf.testdata;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class StandardWorkloadTest {
  private static final StandardWorkload WORKLOAD = new StandardWorkload(200_000, 1_000, 42);

  @Test
  void usersShareTheRowsAsTheyShould() {
    long[] rowsOfShare = new long[3];
    for (long row = 0; row < WORKLOAD.rows(); row++) {
      int rank = WORKLOAD.rankOfRow(row);
      rowsOfShare[rank < 60 ? 0 : rank < 200 ? 1 : 2]++;
    }
    assertEquals(0.50, rowsOfShare[0] / 200_000.0, 0.005);
    assertEquals(0.24, rowsOfShare[1] / 200_000.0, 0.005);
    assertEquals(0.26, rowsOfShare[2] / 200_000.0, 0.005);
    assertEquals(60, WORKLOAD.hotUsers());
  }

  @Test
  void usersWithinAShareAreEquallyBusy() {
    int[] rowsOfRank = new int[60];
    for (long row = 0; row < WORKLOAD.rows(); row++) {
      int rank = WORKLOAD.rankOfRow(row);
      if (rank < rowsOfRank.length) {
        rowsOfRank[rank]++;
      }
    }
    double expected = 100_000 / 60.0;
    for (int rows : rowsOfRank) {
      assertEquals(expected, rows, 6 * Math.sqrt(expected));
    }
  }

  @Test
  void idsRiseByStepsThatVary() {
    long[] steps = new long[8];
    for (long row = 1; row < 10_000; row++) {
      long step =
          MessageId.millisOf(WORKLOAD.idOfRow(row)) - MessageId.millisOf(WORKLOAD.idOfRow(row - 1));
      steps[(int) step]++;
    }
    assertEquals(0, steps[0]);
    for (int step = 1; step <= 7; step++) {
      assertTrue(steps[step] > 100, "steps of " + step + " ms: " + steps[step]);
    }
  }

  @Test
  void neighboursByRankAreNotNeighboursByKey() {
    long[] users = new long[WORKLOAD.hotUsers()];
    for (int rank = 0; rank < users.length; rank++) {
      users[rank] = WORKLOAD.userOfRank(rank);
      assertEquals(rank, WORKLOAD.rankOfUser(users[rank]));
    }
    Arrays.sort(users);
    long widest = Long.MIN_VALUE;
    for (int i = 1; i < users.length; i++) {
      widest = Math.max(widest, users[i] - users[i - 1]);
    }
    assertTrue(widest > 0 && widest < Long.MAX_VALUE / 2, "widest gap is " + widest);
  }

  @Test
  void thereIsNoUserBeyondTheLastRank() {
    assertEquals(999, WORKLOAD.rankOfUser(WORKLOAD.userOfRank(999)));
    assertEquals(-1, WORKLOAD.rankOfUser(WORKLOAD.userOfRank(1_000)));
    assertEquals(-1, WORKLOAD.rankOfUser(WORKLOAD.userOfRank(-1)));
  }

  @Test
  void generatesTheRowsThatTheFunctionsTell() {
    RowGenerator generator = WORKLOAD.generator(500, 700);
    Row row = new Row();
    for (long number = 500; number < 700; number++) {
      assertTrue(generator.next(row));
      assertEquals(number, row.number());
      assertEquals(WORKLOAD.userOfRank(WORKLOAD.rankOfRow(number)), row.user());
      assertEquals(WORKLOAD.idOfRow(number), row.id());
      assertEquals(number, WORKLOAD.rowOf(row.user(), row.id()));
      byte[] key = ByteBuffer.allocate(16).putLong(row.user()).putLong(row.id()).array();
      assertArrayEquals(key, Arrays.copyOf(row.key(), row.keyLength()));
      byte[] value = Arrays.copyOf(row.value(), row.valueLength());
      assertArrayEquals(WORKLOAD.valueOf(number), value);
    }
    assertFalse(generator.next(row));
    assertEquals(699, row.number());
  }

  @Test
  void generatesEachRowOnce() {
    RowGenerator generator = WORKLOAD.withRows(3).generator();
    Row row = new Row();
    for (int number = 0; number < 3; number++) {
      assertTrue(generator.next(row));
    }
    assertFalse(generator.next(row));
    assertFalse(generator.next(row));
  }

  @Test
  void bytesAreTheSameForEver() {
    assertEquals(1_303_235_318, checksum(new StandardWorkload(10_000, 1_000, 42)));
  }

  @Test
  void seedsGiveBytesOfTheirOwn() {
    StandardWorkload same = new StandardWorkload(1_000, 1_000, 42);
    StandardWorkload different = new StandardWorkload(1_000, 1_000, 43);
    assertEquals(checksum(WORKLOAD.withRows(1_000)), checksum(same));
    assertNotEquals(checksum(same), checksum(different));
    assertNotEquals(same.userOfRank(0), different.userOfRank(0));
  }

  @Test
  void standardShapes() {
    StandardWorkload dense = StandardWorkload.dense(1);
    assertEquals(500, dense.rows() / dense.users());
    StandardWorkload sparse = StandardWorkload.sparse(1);
    assertEquals(10, sparse.rows() / sparse.users());
    assertEquals(1, sparse.seed());
  }

  @Test
  void refusesWhatItCannotGenerate() {
    assertThrows(IllegalArgumentException.class, () -> new StandardWorkload(-1, 100, 1));
    assertThrows(IllegalArgumentException.class, () -> new StandardWorkload(1L << 40, 100, 1));
    assertThrows(IllegalArgumentException.class, () -> new StandardWorkload(1, 19, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> WORKLOAD.generator(0, 200_001));
    assertThrows(IndexOutOfBoundsException.class, () -> WORKLOAD.valueOf(200_000));
  }

  @Test
  void fewestUsersHaveAllThreeShares() {
    StandardWorkload smallest = new StandardWorkload(10_000, 20, 7);
    UserRows rows = new UserRows(smallest);
    assertEquals(0.50, rows.count(0) / 10_000.0, 0.03);
    assertEquals(0.08, rows.count(3) / 10_000.0, 0.02);
    assertEquals(0.26 / 16, rows.count(19) / 10_000.0, 0.01);
  }

  private static long checksum(StandardWorkload workload) {
    CRC32C checksum = new CRC32C();
    RowGenerator generator = workload.generator();
    Row row = new Row();
    while (generator.next(row)) {
      checksum.update(row.key(), 0, row.keyLength());
      checksum.update(row.value(), 0, row.valueLength());
    }
    return checksum.getValue();
  }
}
