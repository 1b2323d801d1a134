package io.sheaf.lsm.coding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.ByteReader.MalformedException;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ByteReaderTest {
  @Test
  void readsWhatABufferWrote() {
    try (GrowableBuffer buffer = new GrowableBuffer(0)) {
      buffer.putByte(200);
      buffer.putInt(-5);
      buffer.putLong(Long.MIN_VALUE + 1);
      buffer.putVarint(1L << 40);
      buffer.putLengthPrefixed(Slice.utf8("key"));
      buffer.putLengthPrefixed(Slice.utf8("value"));
      buffer.putBytes(Slice.utf8("rest"));
      ByteReader reader = new ByteReader().set(buffer.segment(), 0, buffer.size());
      assertEquals(200, reader.readByte());
      assertEquals(-5, reader.readInt());
      assertEquals(Long.MIN_VALUE + 1, reader.readLong());
      assertEquals(1L << 40, reader.readVarint());
      assertEquals(Slice.utf8("key"), reader.readLengthPrefixed(new Slice()));
      assertArrayEquals(Slice.utf8("value").toByteArray(), reader.readLengthPrefixed());
      long position = reader.position();
      assertEquals(Slice.utf8("rest"), reader.readBytes(4, new Slice()));
      assertEquals(0, reader.remaining());
      reader.position(position);
      assertEquals(4, reader.remaining());
    }
  }

  @Test
  void numbersAreLittleEndian() {
    ByteReader reader = ByteReader.of(Slice.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
    assertEquals(0x04030201, reader.readInt());
    assertEquals(0x0C0B0A0908070605L, reader.readLong());
  }

  @Test
  void nothingIsReadBehindTheLimit() {
    MemorySegment memory = MemorySegment.ofArray(new byte[32]);
    ByteReader three = new ByteReader().set(memory, 8, 3);
    assertThrows(MalformedException.class, three::readInt);
    assertThrows(MalformedException.class, three::readLong);
    assertThrows(MalformedException.class, () -> three.readBytes(4, new Slice()));
    assertThrows(MalformedException.class, () -> three.readBytes(-1, new Slice()));
    assertThrows(MalformedException.class, () -> three.position(12));
    assertEquals(3, three.remaining());
    ByteReader none = new ByteReader().set(memory, 32, 0);
    assertThrows(MalformedException.class, none::readByte);
    assertThrows(MalformedException.class, none::readVarint);
    assertThrows(MalformedException.class, new ByteReader()::readByte);
    assertThrows(MalformedException.class, () -> none.set(memory, 30, 3));
    assertThrows(MalformedException.class, () -> none.set(memory, -1, 3));
  }

  @Test
  void countsAndLengthsAreHeldToWhatCanBe() {
    assertEquals(7, reader(7).readCount(7));
    assertThrows(MalformedException.class, () -> reader(8).readCount(7));
    assertThrows(MalformedException.class, () -> reader(-1).readCount(Long.MAX_VALUE));
    assertThrows(MalformedException.class, () -> reader(1L << 31).readCount(Long.MAX_VALUE));
    assertThrows(MalformedException.class, () -> reader(1_000_000).readLengthPrefixed());
  }

  @Test
  void aNumberWithoutEndIsMalformed() {
    byte[] bytes = new byte[11];
    java.util.Arrays.fill(bytes, (byte) 0x80);
    assertThrows(MalformedException.class, () -> ByteReader.of(Slice.of(bytes)).readVarint());
  }

  /** Whatever the bytes say, there is an answer or a MalformedException. */
  @Test
  void randomBytesNeverLeadOutside() {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(24)];
      random.nextBytes(bytes);
      ByteReader reader = ByteReader.of(Slice.of(bytes));
      try {
        while (reader.remaining() > 0) {
          switch (random.nextInt(5)) {
            case 0 -> reader.readByte();
            case 1 -> reader.readInt();
            case 2 -> reader.readLong();
            case 3 -> reader.readVarint();
            default -> reader.readLengthPrefixed(new Slice());
          }
        }
      } catch (MalformedException e) {
        assertTrue(reader.remaining() >= 0, "seed " + seed);
      }
    }
  }

  private static ByteReader reader(long varint) {
    byte[] bytes = new byte[Varint.MAX_BYTES];
    Varint.write(MemorySegment.ofArray(bytes), 0, varint);
    return ByteReader.of(Slice.of(bytes));
  }
}
