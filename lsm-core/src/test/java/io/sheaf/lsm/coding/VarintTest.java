package io.sheaf.lsm.coding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class VarintTest {
  private static final long SEED = TestSeed.next();

  @Test
  void whatIsWrittenIsRead() {
    Random random = new Random(SEED);
    for (int bits = 0; bits <= 64; bits++) {
      long power = bits == 0 ? 0 : -1L >>> (64 - bits);
      check(power);
      check(power + 1);
      for (int i = 0; i < 100; i++) {
        check(random.nextLong() & power);
      }
    }
  }

  /** The bytes are part of every format. */
  @Test
  void theBytesAreTheOnesOfTheFormat() {
    assertArrayEquals(new byte[] {0}, written(0));
    assertArrayEquals(new byte[] {127}, written(127));
    assertArrayEquals(new byte[] {(byte) 0x80, 1}, written(128));
    assertArrayEquals(new byte[] {(byte) 0xAC, 2}, written(300));
    byte[] longest = new byte[10];
    Arrays.fill(longest, (byte) 0xFF);
    longest[9] = 1;
    assertArrayEquals(longest, written(-1));
  }

  @Test
  void zigzagKeepsSmallNumbersSmall() {
    assertEquals(0, Varint.zigzag(0));
    assertEquals(1, Varint.zigzag(-1));
    assertEquals(2, Varint.zigzag(1));
    assertEquals(-1, Varint.zigzag(Long.MIN_VALUE));
    Random random = new Random(SEED);
    for (int i = 0; i < 1000; i++) {
      long value = random.nextLong() >> random.nextInt(64);
      assertEquals(value, Varint.unzigzag(Varint.zigzag(value)), "seed " + SEED);
    }
  }

  private static void check(long value) {
    byte[] bytes = written(value);
    assertEquals(bytes.length, Varint.length(value), "seed " + SEED + ": " + value);
    ByteReader reader = ByteReader.of(Slice.of(bytes));
    assertEquals(value, reader.readVarint(), "seed " + SEED);
    assertEquals(0, reader.remaining(), "seed " + SEED + ": " + value);
    // With more bytes behind it, of either kind.
    for (byte next : new byte[] {0, -1}) {
      byte[] longer = Arrays.copyOf(bytes, bytes.length + 12);
      Arrays.fill(longer, bytes.length, longer.length, next);
      ByteReader first = ByteReader.of(Slice.of(longer));
      assertEquals(value, first.readVarint(), "seed " + SEED);
      assertEquals(12, first.remaining(), "seed " + SEED + ": " + value);
    }
  }

  private static byte[] written(long value) {
    byte[] bytes = new byte[Varint.MAX_BYTES + 2];
    long end = Varint.write(MemorySegment.ofArray(bytes), 1, value);
    return Arrays.copyOfRange(bytes, 1, (int) end);
  }
}
