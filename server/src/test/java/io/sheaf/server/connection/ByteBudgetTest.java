package io.sheaf.server.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ByteBudgetTest {
  @Test
  void aLargeOneIsTooMuchOnlyWhenAllTogetherAre() {
    ByteBudget budget = new ByteBudget(800);
    budget.add(700);
    assertFalse(budget.isExceeded());
    assertFalse(budget.isTooMuchForOne(700));
    budget.add(101);
    assertTrue(budget.isExceeded());
    assertTrue(budget.isTooMuchForOne(101));
    assertFalse(budget.isTooMuchForOne(100));
    budget.release(700);
    assertFalse(budget.isExceeded());
    assertEquals(101, budget.heldBytes());
    assertThrows(IllegalArgumentException.class, () -> new ByteBudget(0));
  }
}
