package io.sheaf.lsm.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.io.FileNames.Numbered;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTest {
  @Test
  void whatIsNamedIsParsed() {
    for (FileKind kind : FileKind.values()) {
      for (long number : new long[] {0, 1, 999_999, 1_000_000, 123_456_789_012L}) {
        String name = FileNames.of(kind, number);
        assertEquals(Optional.of(new Numbered(number, kind)), FileNames.parse(name), name);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".log",
        "00001.log",
        "0000001.log",
        "000001.logs",
        "000001",
        "000001.",
        "00000a.log",
        "-00001.log",
        "9999999999999999999.log",
        "CURRENT",
        "LOCK"
      })
  void otherNamesAreNone(String name) {
    assertEquals(Optional.empty(), FileNames.parse(name));
  }
}
