package io.sheaf.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class MessageIdTest {
  @Test
  void ordersByTimeThenSerial() {
    long early = MessageId.of(1_000, 7);
    assertTrue(Long.compareUnsigned(early, MessageId.of(1_000, 8)) < 0);
    assertTrue(
        Long.compareUnsigned(MessageId.of(1_000, (1 << 22) - 1), MessageId.of(1_001, 0)) < 0);
  }

  @Test
  void tellsTimeAndSerial() {
    long id = MessageId.of(1_209_271_560_123L, 4_000_000);
    assertEquals(1_209_271_560_123L, MessageId.millisOf(id));
    assertEquals(4_000_000, MessageId.serialOf(id));
  }

  @Test
  void reachesTheYear2109() {
    long millis = Instant.parse("2109-01-01T00:00:00Z").toEpochMilli();
    long id = MessageId.of(millis, 0);
    assertEquals(millis, MessageId.millisOf(id));
    assertTrue(Long.compareUnsigned(id, MessageId.of(1, 0)) > 0);
    assertEquals(MessageId.HIGHEST, MessageId.of((1L << 42) - 1, (1 << 22) - 1));
    assertEquals(MessageId.LOWEST, MessageId.of(0, 0));
  }

  @Test
  void beginsATime() {
    Instant time = Instant.parse("2008-04-27T04:46:00Z");
    assertEquals(MessageId.of(time.toEpochMilli(), 0), MessageId.firstAt(time));
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThrows(IllegalArgumentException.class, () -> MessageId.of(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> MessageId.of(1L << 42, 0));
    assertThrows(IllegalArgumentException.class, () -> MessageId.of(0, 1 << 22));
    assertThrows(IllegalArgumentException.class, () -> MessageId.of(0, -1));
    assertThrows(IllegalArgumentException.class, () -> MessageId.firstAt(Instant.MAX));
  }
}
