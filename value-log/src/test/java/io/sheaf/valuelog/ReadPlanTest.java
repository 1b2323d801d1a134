package io.sheaf.valuelog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.valuelog.ReadSpan.Block;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadPlanTest {
  private static Block block(long file, long offset, int bytes) {
    return new Block(file, offset, bytes, bytes);
  }

  @Test
  void nothingIsPlannedForNothing() {
    assertEquals(List.of(), ReadPlan.of(List.of()));
  }

  @Test
  void neighboursJoinInTheOrderInWhichTheyAreWanted() {
    Block a = block(1, 40, 100);
    Block b = block(1, 140, 100);
    Block c = block(1, 240, 100);
    assertEquals(List.of(List.of(a, b, c)), ReadPlan.of(List.of(a, b, c)));
    assertEquals(List.of(List.of(c, b, a)), ReadPlan.of(List.of(c, b, a)));
    assertEquals(List.of(List.of(b, c, a)), ReadPlan.of(List.of(b, c, a, b)));
  }

  @Test
  void filesAlternateWithoutBreakingRuns() {
    Block a = block(1, 40, 100);
    Block b = block(1, 140, 100);
    Block x = block(2, 40, 100);
    Block y = block(2, 140, 100);
    assertEquals(List.of(List.of(y, x), List.of(a, b)), ReadPlan.of(List.of(y, a, x, b)));
  }

  @Test
  void gapsAndLengthsHaveLimits() {
    Block a = block(1, 40, 100);
    Block near = block(1, 140 + ReadPlan.MAX_GAP_BYTES, 100);
    Block far = block(1, 141 + ReadPlan.MAX_GAP_BYTES, 100);
    assertEquals(List.of(List.of(a, near)), ReadPlan.of(List.of(a, near)));
    assertEquals(List.of(List.of(a), List.of(far)), ReadPlan.of(List.of(a, far)));

    Block fits = block(1, 140, ReadPlan.MAX_SPAN_BYTES - 100);
    Block longer = block(1, 140, ReadPlan.MAX_SPAN_BYTES - 99);
    assertEquals(List.of(List.of(a, fits)), ReadPlan.of(List.of(a, fits)));
    assertEquals(List.of(List.of(a), List.of(longer)), ReadPlan.of(List.of(a, longer)));
  }

  @Test
  void referencesThatOverlapStayApart() {
    Block a = block(1, 40, 100);
    Block inside = block(1, 90, 100);
    Block other = block(1, 40, 90);
    assertEquals(List.of(List.of(a), List.of(inside)), ReadPlan.of(List.of(a, inside)));
    assertEquals(List.of(List.of(a), List.of(other)), ReadPlan.of(List.of(a, other)));
  }
}
