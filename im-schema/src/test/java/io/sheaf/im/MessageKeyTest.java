package io.sheaf.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.grouping.DelimitedPrefix;
import io.sheaf.lsm.coding.Slice;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class MessageKeyTest {
  @Test
  void isAsItsGrammarSays() {
    assertEquals(
        "23676f000123456789abcdef", hex(MessageKey.key(Name.of("#go"), 0x0123456789abcdefL)));
    Name odd = Name.of(new byte[] {0, 1, 2, (byte) 0xFF});
    assertEquals("0101010202ff00", hex(MessageKey.prefix(odd)));
    assertEquals("0101010202ff01", hex(MessageKey.end(odd)));
  }

  @Test
  void keepsTheOrderOfNamesAndIds() {
    long seed = Long.getLong("sheaf.test.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    for (int run = 0; run < 20_000; run++) {
      Name a = name(random);
      Name b = name(random);
      long aId = random.nextLong();
      long bId = random.nextLong();
      int expected = Arrays.compareUnsigned(a.toByteArray(), b.toByteArray());
      if (expected == 0) {
        expected = Long.compareUnsigned(aId, bId);
      }
      Slice aKey = Slice.of(MessageKey.key(a, aId));
      Slice bKey = Slice.of(MessageKey.key(b, bId));
      assertEquals(
          Integer.signum(expected),
          Integer.signum(aKey.compareTo(bKey)),
          "replay with -Dsheaf.test.seed=" + seed + ": " + aKey + ", " + bKey);
    }
  }

  @Test
  void tellsNameIdAndPrefix() {
    long seed = Long.getLong("sheaf.test.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    DelimitedPrefix rule = new DelimitedPrefix(MessageKey.END_OF_NAME);
    for (int run = 0; run < 10_000; run++) {
      Name name = name(random);
      long id = random.nextLong();
      Slice key = Slice.of(MessageKey.key(name, id));
      assertEquals(name, MessageKey.name(key), "replay with -Dsheaf.test.seed=" + seed);
      assertEquals(id, MessageKey.id(key), "replay with -Dsheaf.test.seed=" + seed);
      assertEquals(
          MessageKey.prefix(name).length,
          rule.prefixLength(key),
          "replay with -Dsheaf.test.seed=" + seed);
      assertTrue(
          key.compareTo(Slice.of(MessageKey.end(name))) < 0,
          "replay with -Dsheaf.test.seed=" + seed);
    }
  }

  @Test
  void refusesOtherKeys() {
    assertThrows(IllegalArgumentException.class, () -> MessageKey.name(Slice.of(new byte[9])));
    assertThrows(IllegalArgumentException.class, () -> MessageKey.name(Slice.utf8("#ubuntu")));
    assertThrows(
        IllegalArgumentException.class, () -> MessageKey.name(Slice.utf8("a name without an end")));
  }

  /** Short, and of few different bytes, so that names are often equal or begin alike. */
  private static Name name(SplittableRandom random) {
    byte[] bytes = new byte[random.nextInt(1, 5)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextInt(4) - 1);
    }
    return Name.of(bytes);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
