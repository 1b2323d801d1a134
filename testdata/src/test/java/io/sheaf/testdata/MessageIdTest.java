package io.sheaf.testdata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class MessageIdTest {
  @Test
  void risesWithTheRowWhateverTheNoise() {
    for (int row = 0; row < 100; row++) {
      assertTrue(MessageId.of(row, -1) < MessageId.of(row + 1, 0));
    }
  }

  @Test
  void tellsTheRow() {
    SplittableRandom random = new SplittableRandom(TestSeed.next());
    for (int i = 0; i < 10_000; i++) {
      long row = random.nextLong(MessageId.MAX_ROWS);
      long id = MessageId.of(row, random.nextLong());
      assertEquals(row, MessageId.rowOf(id));
      assertTrue(id > 0);
    }
  }

  @Test
  void isAbsentBehindAnyId() {
    long noise = new SplittableRandom(TestSeed.next()).nextLong();
    long absent = MessageId.absentAfter(MessageId.of(5, noise));
    assertTrue(absent > MessageId.of(5, noise));
    assertTrue(absent < MessageId.of(6, 0));
    for (int other = 0; other < 256; other++) {
      assertNotEquals(absent, MessageId.of(5, other));
    }
  }

  @Test
  void hasNoRowBeforeTheFirst() {
    assertTrue(MessageId.rowOf(0) < 0);
    assertTrue(MessageId.rowOf(-1) < 0);
    assertTrue(MessageId.rowOf(Long.MIN_VALUE) < 0);
  }
}
