package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdleTest {
  @ParameterizedTest
  @ValueSource(longs = {1, Integer.MAX_VALUE, 1L << 31, (1L << 31) + 1, (1L << 32) - 1, 1L << 40})
  void everyThreadHasAPlace(long threadId) {
    assertEquals(threadId % Idle.PLACES * Idle.SPACING, Idle.placeOf(threadId));
  }

  @Test
  void whatIsTakenIsNobodyElses() {
    Idle<Object> idle = new Idle<>(Object::new);
    Object first = idle.take();
    Object second = idle.take();
    assertNotSame(first, second);
    idle.give(first);
    assertSame(first, idle.take());
    assertNotSame(first, idle.take());
  }
}
