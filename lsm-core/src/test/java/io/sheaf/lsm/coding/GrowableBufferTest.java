package io.sheaf.lsm.coding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class GrowableBufferTest {
  @Test
  void growsWithWhatIsAppended() {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    try (GrowableBuffer buffer = new GrowableBuffer(1)) {
      for (int i = 0; i < 2_000; i++) {
        byte[] bytes = new byte[random.nextInt(100)];
        random.nextBytes(bytes);
        buffer.putBytes(Slice.of(bytes));
        expected.writeBytes(bytes);
      }
      assertEquals(expected.size(), buffer.size(), "seed " + seed);
      assertArrayEquals(
          expected.toByteArray(),
          new Slice().set(buffer.segment(), 0, buffer.size()).toByteArray(),
          "seed " + seed);
    }
  }

  @Test
  void codecsWriteBehindTheEnd() {
    try (GrowableBuffer buffer = new GrowableBuffer(0)) {
      buffer.putInt(7);
      buffer.ensure(1000);
      buffer.byteBuffer(buffer.size(), 1000).put(0, (byte) 9);
      buffer.advance(1);
      assertEquals(5, buffer.size());
      assertEquals(9, buffer.byteBuffer(0, 5).get(4));
      assertThrows(IndexOutOfBoundsException.class, () -> buffer.advance(1 << 20));
      assertThrows(IndexOutOfBoundsException.class, () -> buffer.advance(-1));
    }
  }

  @Test
  void truncatingForgetsTheEnd() {
    try (GrowableBuffer buffer = new GrowableBuffer(0)) {
      buffer.putLong(1);
      buffer.putLong(2);
      buffer.truncate(8);
      buffer.putInt(3);
      buffer.setInt(0, 5);
      ByteReader reader = new ByteReader().set(buffer.segment(), 0, buffer.size());
      assertEquals(5, reader.readLong());
      assertEquals(3, reader.readInt());
      assertEquals(0, reader.remaining());
      assertThrows(IndexOutOfBoundsException.class, () -> buffer.truncate(13));
      buffer.clear();
      assertEquals(0, buffer.size());
    }
  }

  @Test
  void closingTwiceIsOnce() {
    GrowableBuffer buffer = new GrowableBuffer(10);
    ByteBuffer view = buffer.byteBuffer(0, 4);
    assertEquals(4, view.remaining());
    buffer.close();
    buffer.close();
    assertThrows(RuntimeException.class, () -> buffer.byteBuffer(0, 4));
  }
}
