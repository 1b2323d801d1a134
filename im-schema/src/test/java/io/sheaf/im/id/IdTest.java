package io.sheaf.im.id;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class IdTest {
  @Test
  void isWrittenAsDescribed() {
    assertArrayEquals(HexFormat.of().parseHex("130f424000"), Id.of(1_000_000).encoded());
    assertArrayEquals(HexFormat.of().parseHex("20676f00"), Id.of("user", "go").encoded());
    assertArrayEquals(HexFormat.of().parseHex("1000"), Id.of(0).encoded());
    assertArrayEquals(HexFormat.of().parseHex("120102010100"), Id.of(0x100).encoded());
  }

  @Test
  void keepsTheOrderAndEndsByItself() {
    long seed = TestSeed.next();
    System.out.println("-Dsheaf.test.seed=" + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      long a = random.nextLong() >>> random.nextInt(64);
      long b = random.nextBoolean() ? a + random.nextInt(3) - 1 : random.nextLong();
      assertEquals(
          Integer.signum(Long.compareUnsigned(a, b)),
          Integer.signum(Id.of(a).compareTo(Id.of(b))),
          a + " and " + b);
      byte[] x = bytes(random);
      byte[] y = bytes(random);
      Id xs = Id.of("user", x);
      Id ys = Id.of("user", y);
      assertEquals(Integer.signum(Arrays.compareUnsigned(x, y)), Integer.signum(xs.compareTo(ys)));
      assertArrayEquals(x, xs.toByteArray());
      assertTrue(Id.of(a).compareTo(xs) < 0);
      assertEquals(a, Id.of(a).number().orElseThrow());
      byte[] both = new byte[xs.encoded().length + Id.of(a).encoded().length];
      System.arraycopy(xs.encoded(), 0, both, 0, xs.encoded().length);
      System.arraycopy(Id.of(a).encoded(), 0, both, xs.encoded().length, Id.of(a).encoded().length);
      ByteReader reader = ByteReader.of(Slice.of(both));
      assertEquals(xs, Id.read(reader));
      assertEquals(Id.of(a), Id.read(reader));
      assertEquals(0, reader.remaining());
    }
  }

  @Test
  void idsInARowHaveHashCodesOfTheirOwn() {
    Set<Integer> slots = new HashSet<>();
    int ids = 1 << 16;
    for (int i = 0; i < ids; i++) {
      slots.add(Id.of(1_000_000 + i).hashCode() & 0xFFFF);
    }
    assertTrue(slots.size() > ids * 6 / 10, slots.size() + " of " + ids); // 0.63 at random
  }

  @Test
  void refusesWhatIsNoId() {
    assertThrows(IllegalArgumentException.class, () -> UserId.of(""));
    assertThrows(IllegalArgumentException.class, () -> DeviceId.of("x".repeat(65)));
    assertEquals(
        "a conversation id has 1 to 64 bytes, not 65",
        assertThrows(IllegalArgumentException.class, () -> ConversationId.of("x".repeat(65)))
            .getMessage());
    assertThrows(
        ByteReader.MalformedException.class,
        () -> Id.read(ByteReader.of(Slice.of("no end".getBytes(StandardCharsets.UTF_8)))));
  }

  @Test
  void isShownAsItWasGiven() {
    assertEquals("18446744073709551615", UserId.of(-1).toString());
    assertEquals("grün", UserId.of("grün").toString());
    assertEquals("hex:e9", UserId.of(new byte[] {(byte) 0xE9}).toString());
  }

  @Test
  void whatIsShownIsParsedBack() {
    for (String shown :
        new String[] {
          "0",
          "17",
          "18446744073709551615",
          "18446744073709551616",
          "017",
          "-1",
          "+1",
          "ann",
          "1e3",
          "00",
          "99999999999999999999"
        }) {
      byte[] bytes = shown.getBytes(StandardCharsets.UTF_8);
      assertArrayEquals(bytes, Id.parse("user", bytes).toByteArray(), shown);
    }
    assertEquals(
        Id.of(-1), Id.parse("user", "18446744073709551615".getBytes(StandardCharsets.UTF_8)));
    assertEquals(
        Id.of("user", "18446744073709551616"),
        Id.parse("user", "18446744073709551616".getBytes(StandardCharsets.UTF_8)));
    assertThrows(IllegalArgumentException.class, () -> Id.parse("user", new byte[0]));
  }

  private static byte[] bytes(Random random) {
    byte[] bytes = new byte[1 + random.nextInt(6)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextInt(4) - 1);
    }
    return bytes;
  }
}
