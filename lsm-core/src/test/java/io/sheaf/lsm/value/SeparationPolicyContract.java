package io.sheaf.lsm.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every separation policy promises. */
public interface SeparationPolicyContract {
  /** The policy to be held to it. */
  SeparationPolicy policy();

  @Test
  default void aGroupThatGrowsStaysSeparated() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      long bytes = random.nextLong(1 << 20);
      long rows = random.nextLong(1, 1000);
      long more = bytes + random.nextLong(1 << 20);
      assertTrue(
          !policy().separates(bytes, rows) || policy().separates(more, rows + 1),
          () -> bytes + " bytes are separated, " + more + " are not");
      assertTrue(
          !policy().separatesWhole(bytes, rows)
              || (policy().separatesWhole(more, rows + 1) && policy().separates(bytes, rows)),
          () -> bytes + " bytes of a whole group are separated, and not always");
    }
  }

  @Test
  default void aFullLiveBlockIsNeverRewritten() {
    int target = policy().targetBlockBytes();
    assertTrue(target > 0);
    assertTrue(policy().carriesOver(target, target));
    assertTrue(policy().carriesOver(2 * target, 2 * target));
  }

  @Test
  default void isPure() {
    Random random = new Random(2);
    for (int i = 0; i < 1000; i++) {
      int referenced = random.nextInt(1 << 16);
      int block = referenced + random.nextInt(1 << 16);
      assertEquals(
          policy().carriesOver(referenced, block), policy().carriesOver(referenced, block));
      assertEquals(policy().separates(block, 7), policy().separates(block, 7));
    }
  }
}
