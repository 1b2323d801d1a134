package io.sheaf.lsm.key;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.coding.Slice;
import org.junit.jupiter.api.Test;

class PrefixExtractorTest {
  @Test
  void wholeKeyIsItsPrefix() {
    assertEquals(0, PrefixExtractor.WHOLE_KEY.prefixLength(new Slice()));
    assertEquals(3, PrefixExtractor.WHOLE_KEY.prefixLength(Slice.utf8("abc")));
  }

  @Test
  void nameIsStoredAndStays() {
    assertEquals("whole", PrefixExtractor.WHOLE_KEY.name());
  }
}
