package io.sheaf.cli.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogTimeTest {
  @Test
  void readsDaysAndTimes() {
    assertEquals(Instant.parse("2008-04-27T00:00:00Z"), LogTime.parse("2008-04-27").instant());
    assertEquals(
        Instant.parse("2008-04-27T04:46:00Z"), LogTime.parse("2008-04-27 04:46").instant());
    assertEquals(
        Instant.parse("2008-04-27T04:46:30Z"), LogTime.parse("2008-04-27T04:46:30").instant());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "now", "04:46", "2008-04-31", "27.4.2008", "1969-12-31", "2109-01-01"})
  void refusesTheRest(String text) {
    assertThrows(IllegalArgumentException.class, () -> LogTime.parse(text));
  }
}
