package io.sheaf.server.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Patterns match what they match in Redis. */
final class GlobPatternTest {
  @ParameterizedTest
  @CsvSource({
    "*, anything, true",
    "a*c, abbbc, true",
    "a*c, abbbd, false",
    "a?c, abc, true",
    "a?c, ac, false",
    "h[ae]llo, hallo, true",
    "h[ae]llo, hillo, false",
    "h[^e]llo, hbllo, true",
    "h[^e]llo, hello, false",
    "h[a-c]llo, hbllo, true",
    "h[a-c]llo, hdllo, false",
    "a\\*b, a*b, true",
    "a\\*b, axb, false",
    "'', '', true",
    "'', a, false",
    "a*a*a*a*a*a*a*a*a*b, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, false",
    "foo[, foo, false",
  })
  void matches(String pattern, String text, boolean expected) {
    GlobPattern glob = new GlobPattern(pattern.getBytes(StandardCharsets.US_ASCII));
    assertEquals(expected, glob.matches(text.getBytes(StandardCharsets.US_ASCII)));
  }
}
