package io.sheaf.lsm.coding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SliceTest {
  private static final long SEED = TestSeed.next();

  @Test
  void orderIsThatOfUnsignedBytes() {
    Random random = new Random(SEED);
    try (NativeBuffer memory = NativeBuffer.allocate(128)) {
      for (int i = 0; i < 20_000; i++) {
        byte[] a = bytes(random);
        byte[] b = random.nextInt(3) == 0 ? changed(a, random) : bytes(random);
        MemorySegment.copy(MemorySegment.ofArray(b), 0, memory.segment(), 5, b.length);
        Slice left = Slice.of(a);
        Slice right = new Slice().set(memory.segment(), 5, b.length);
        int expected = Integer.signum(Arrays.compareUnsigned(a, b));
        String context = "seed " + SEED + ": " + left + " and " + right;
        assertEquals(expected, Integer.signum(left.compareTo(right)), context);
        assertEquals(-expected, Integer.signum(right.compareTo(left)), context);
        assertEquals(expected == 0, left.equals(right), context);
        if (expected == 0) {
          assertEquals(left.hashCode(), right.hashCode(), context);
          assertEquals(left.hash64(), right.hash64(), context);
        }
        int heads = Long.compareUnsigned(left.head(), right.head());
        assertTrue(heads == 0 || Integer.signum(heads) == expected, context);
        int mismatch = Arrays.mismatch(a, b);
        int common = mismatch < 0 ? a.length : mismatch;
        assertEquals(common, left.commonPrefixLength(right), context);
        assertEquals(common == b.length, left.startsWith(right), context);
      }
    }
  }

  @Test
  void viewsAndCopies() {
    byte[] bytes = "prefix:suffix".getBytes(StandardCharsets.US_ASCII);
    Slice slice = Slice.of(bytes, 7, 6);
    assertEquals(Slice.utf8("suffix"), slice);
    assertEquals('s', slice.byteAt(0));
    assertEquals(6, slice.length());
    assertEquals(Slice.utf8("fix"), new Slice().set(slice, 3, 3));
    Slice copy = Slice.copyOf(slice);
    bytes[7] = 'S';
    assertEquals(Slice.utf8("Suffix"), slice);
    assertEquals(Slice.utf8("suffix"), copy);
    byte[] target = new byte[8];
    slice.copyTo(target, 1);
    assertArrayEquals("\0Suffix\0".getBytes(StandardCharsets.US_ASCII), target);
    slice.clear();
    assertTrue(slice.isEmpty());
    assertEquals(0, slice.toByteArray().length);
  }

  @Test
  void numbersAreBigEndian() {
    Slice slice = Slice.of(new byte[] {9, 1, 2, 3, 4, 5, 6, 7, 8});
    assertEquals(0x0102030405060708L, slice.longAt(1));
    assertEquals(0x0901020304050607L, slice.head());
    assertEquals(0x0901000000000000L, Slice.of(new byte[] {9, 1}).head());
  }

  @Test
  void nothingIsReadOutsideTheSlice() {
    byte[] bytes = new byte[20];
    Slice slice = Slice.of(bytes, 5, 10);
    assertThrows(IndexOutOfBoundsException.class, () -> slice.byteAt(10));
    assertThrows(IndexOutOfBoundsException.class, () -> slice.byteAt(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> slice.longAt(3));
    assertThrows(IndexOutOfBoundsException.class, () -> new Slice().set(slice, 8, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> new Slice().set(slice, -1, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> Slice.of(bytes, 15, 6));
    assertThrows(IndexOutOfBoundsException.class, () -> Slice.of(bytes, 0, -1));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> slice.set(MemorySegment.ofArray(bytes), Long.MAX_VALUE, 1));
  }

  @Test
  void textIsShownAsTextAndTheRestInHexadecimal() {
    assertEquals("'abc'", Slice.utf8("abc").toString());
    assertEquals("0x00ff", Slice.of(new byte[] {0, -1}).toString());
    String shown = Slice.of(new byte[1000]).toString();
    assertTrue(shown.endsWith("(1000 bytes)") && shown.length() < 200, shown);
    assertNotEquals(Slice.utf8("a"), Slice.utf8("b"));
    assertFalse(Slice.utf8("a").equals(new Object()));
  }

  private static byte[] bytes(Random random) {
    byte[] bytes = new byte[random.nextInt(40)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextInt(3) * 127);
    }
    return bytes;
  }

  /** A copy with one byte changed, or cut, or longer, or the same. */
  private static byte[] changed(byte[] bytes, Random random) {
    byte[] changed = Arrays.copyOf(bytes, Math.max(0, bytes.length + random.nextInt(3) - 1));
    if (changed.length > 0 && random.nextBoolean()) {
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
    }
    return changed;
  }
}
