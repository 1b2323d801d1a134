package io.sheaf.lsm.coding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** A released buffer stays released although the pool hands its memory and objects out again. */
final class NativeBufferReuseTest {
  @Test
  void staysReleasedWhenThePoolReusesItsMemory() {
    NativeBuffer released = NativeBuffer.allocate(4096);
    released.close();
    try (NativeBuffer successor = NativeBuffer.allocate(4096)) {
      assertThrows(IllegalStateException.class, released::segment);
      assertThrows(IllegalStateException.class, released::close);
      assertFalse(released.tryRetain());
      assertEquals(0, released.references());
      assertEquals(1, successor.references());
    }
  }
}
