package io.sheaf.lsm.coding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class NativeBufferTest {
  @Test
  void segmentAndByteBufferShowTheSameMemory() {
    try (NativeBuffer buffer = NativeBuffer.allocate(100)) {
      assertEquals(100, buffer.capacity());
      assertEquals(100, buffer.segment().byteSize());
      buffer.segment().set(ValueLayout.JAVA_BYTE, 42, (byte) 7);
      assertEquals(7, buffer.byteBuffer(40, 10).get(2));
      buffer.byteBuffer(50, 1).put((byte) 8);
      assertEquals(8, buffer.segment().get(ValueLayout.JAVA_BYTE, 50));
      assertThrows(RuntimeException.class, () -> buffer.byteBuffer(95, 10));
    }
  }

  @Test
  void theLastReferenceGivesTheMemoryBack() {
    NativeBuffer buffer = NativeBuffer.copyOf(MemorySegment.ofArray(new byte[] {1, 2, 3}));
    assertEquals(1, buffer.references());
    assertTrue(buffer.tryRetain());
    assertEquals(3, buffer.retain().references());
    buffer.close();
    buffer.close();
    assertEquals(3, buffer.segment().get(ValueLayout.JAVA_BYTE, 2));
    buffer.close();
    assertEquals(0, buffer.references());
    assertFalse(buffer.tryRetain());
    assertThrows(IllegalStateException.class, buffer::segment);
    assertThrows(RuntimeException.class, () -> buffer.byteBuffer(0, 1));
    assertThrows(RuntimeException.class, buffer::close);
  }

  @Test
  void emptyIsAllowedNegativeIsNot() {
    try (NativeBuffer empty = NativeBuffer.allocate(0)) {
      assertEquals(0, empty.segment().byteSize());
    }
    assertThrows(IllegalArgumentException.class, () -> NativeBuffer.allocate(-1));
  }
}
