package io.sheaf.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteSizeTest {
  @Test
  void readsUnits() {
    assertEquals(0, ByteSize.parse("0").bytes());
    assertEquals(65_536, ByteSize.parse("65536").bytes());
    assertEquals(64 << 10, ByteSize.parse("64k").bytes());
    assertEquals(512 << 20, ByteSize.parse("512M").bytes());
    assertEquals(2L << 30, ByteSize.parse("2g").bytes());
    assertEquals(2L << 30, ByteSize.parse("2GiB").bytes());
    assertEquals(1L << 40, ByteSize.parse("1tb").bytes());
  }

  @Test
  void showsTheLargestUnit() {
    assertEquals("2 GiB", new ByteSize(2L << 30).toString());
    assertEquals("1536 MiB", new ByteSize(3L << 29).toString());
    assertEquals("1000 bytes", new ByteSize(1000).toString());
    assertEquals("0 bytes", new ByteSize(0).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "g", "-1", "1.5g", "2x", "1 2", "9999999999999999999", "99999999999t"})
  void refusesTheRest(String text) {
    assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text));
  }
}
