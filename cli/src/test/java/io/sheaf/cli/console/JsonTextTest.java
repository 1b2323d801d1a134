package io.sheaf.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sheaf.cli.JsonParser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class JsonTextTest {
  @Test
  void writesEachKind() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("a", List.of(1, 2L, true, "x"));
    fields.put("b", Map.of());
    fields.put("c", List.of());
    assertEquals("{\"a\":[1,2,true,\"x\"],\"b\":{},\"c\":[]}", JsonText.of(fields));
  }

  @Test
  void writesNumbersWithoutNeedlessZeros() {
    assertEquals("0", JsonText.of(0.0));
    assertEquals("0.5", JsonText.of(0.5));
    assertEquals("100", JsonText.of(100.0));
    assertEquals("1234567.125", JsonText.of(1234567.125));
    assertEquals("0.333333", JsonText.of(1 / 3.0));
  }

  @Test
  void escapesWhatMustNotStand() {
    assertEquals("\"a\\\"b\\\\c\\n\\u0000\"", JsonText.of("a\"b\\c\n\0"));
    assertEquals("\"é😀\"", JsonText.of("é😀"));
    assertEquals("\"\\ud83d\"", JsonText.of("\ud83d"));
    assertEquals("\"\\ude00x\"", JsonText.of("\ude00x"));
  }

  @Test
  void anyTextComesBack() {
    long seed = Long.getLong("sheaf.test.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    for (int run = 0; run < 2_000; run++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(20); length > 0; length--) {
        text.append((char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000));
      }
      Map<String, Object> object = Map.of(text.toString(), text.toString());
      assertEquals(
          object, JsonParser.object(JsonText.of(object)), "replay with -Dsheaf.test.seed=" + seed);
    }
  }

  @Test
  void refusesWhatJsonHasNot() {
    assertThrows(IllegalArgumentException.class, () -> JsonText.of(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> JsonText.of(List.of(new Object())));
  }
}
