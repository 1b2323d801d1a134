package io.sheaf.im;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class NameTest {
  @Test
  void isItsBytes() {
    assertEquals(Name.of("#ubuntu"), Name.of(new byte[] {'#', 'u', 'b', 'u', 'n', 't', 'u'}));
    assertEquals(Name.of("#ubuntu").hashCode(), Name.of("#ubuntu").hashCode());
    assertNotEquals(Name.of("#ubuntu"), Name.of("#Ubuntu"));
    assertArrayEquals(new byte[] {(byte) 0xC3, (byte) 0xA9}, Name.of("é").toByteArray());
  }

  @Test
  void isItsOwn() {
    byte[] bytes = {'a'};
    Name name = Name.of(bytes);
    bytes[0] = 'b';
    name.toByteArray()[0] = 'c';
    assertEquals(Name.of("a"), name);
  }

  @Test
  void showsTextOrBytes() {
    assertEquals("é", Name.of("é").toString());
    Name invalid = Name.of(new byte[] {'a', (byte) 0xE9});
    assertTrue(invalid.text().isEmpty());
    assertEquals("hex:61e9", invalid.toString());
  }

  @Test
  void refusesNoneAndTooMany() {
    assertThrows(IllegalArgumentException.class, () -> Name.of(""));
    assertThrows(IllegalArgumentException.class, () -> Name.of(new byte[Name.MAX_BYTES + 1]));
    assertEquals(Name.MAX_BYTES, Name.of(new byte[Name.MAX_BYTES]).length());
  }
}
