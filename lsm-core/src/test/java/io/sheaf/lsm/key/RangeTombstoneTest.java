package io.sheaf.lsm.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sheaf.lsm.coding.Slice;
import org.junit.jupiter.api.Test;

class RangeTombstoneTest {
  @Test
  void emptyRangeIsRefused() {
    Slice a = Slice.utf8("a");
    Slice b = Slice.utf8("b");
    assertThrows(IllegalArgumentException.class, () -> new RangeTombstone(a, a, 1));
    assertThrows(IllegalArgumentException.class, () -> new RangeTombstone(b, a, 1));
    assertEquals(new RangeTombstone(a, b, 1), new RangeTombstone(a, Slice.utf8("b"), 1));
  }

  @Test
  void orderIsOfUnsignedBytes() {
    Slice low = Slice.of(new byte[] {0x7F});
    Slice high = Slice.of(new byte[] {(byte) 0x80});
    assertEquals(low, new RangeTombstone(low, high, 1).start());
    assertThrows(IllegalArgumentException.class, () -> new RangeTombstone(high, low, 1));
  }
}
