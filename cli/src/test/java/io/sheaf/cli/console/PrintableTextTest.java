package io.sheaf.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PrintableTextTest {
  @Test
  void leavesTextAsItIs() {
    String text = "naïve \\x41 日本 😀";
    assertEquals(text, PrintableText.of(text.getBytes(StandardCharsets.UTF_8)));
    assertTrue(PrintableText.isUtf8(text.getBytes(StandardCharsets.UTF_8)));
    assertEquals("", PrintableText.of(new byte[0]));
  }

  @Test
  void showsBytesThatAreNoText() {
    assertEquals("a\\xe9b", PrintableText.of(new byte[] {'a', (byte) 0xE9, 'b'}));
    assertEquals("\\xf0\\x9f\\x98", PrintableText.of(new byte[] {-16, -97, -104}));
    assertFalse(PrintableText.isUtf8(new byte[] {-16, -97, -104}));
  }

  @Test
  void doesNotLetATerminalBeControlled() {
    assertEquals(
        "\\x1b[31mred\\x07\\xc2\\x9b",
        PrintableText.of("\u001b[31mred\u0007\u009b".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void takesAnyBytes() {
    long seed = Long.getLong("sheaf.test.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    for (int run = 0; run < 5_000; run++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      String text = PrintableText.of(bytes);
      assertTrue(
          text.chars().noneMatch(Character::isISOControl), "replay with -Dsheaf.test.seed=" + seed);
      assertFalse(text.contains("\uFFFD"), "replay with -Dsheaf.test.seed=" + seed);
    }
  }
}
