package io.sheaf.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class TimeTextTest {
  @Test
  void readsDaysAndSeconds() {
    assertEquals(Instant.parse("2026-01-31T00:00:00Z"), TimeText.parse("2026-01-31"));
    assertEquals(Instant.parse("2026-01-31T12:00:00Z"), TimeText.parse("2026-01-31T12:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "soon", "2026-02-30", "2026-01-31T12", "+999999999-12-31", "-999999999-01-01"})
  void refusesTheRest(String text) {
    TypeConversionException refused =
        assertThrows(TypeConversionException.class, () -> new TimeText().convert(text));
    assertTrue(String.valueOf(refused.getMessage()).contains(TimeText.EXAMPLES), refused::toString);
  }
}
