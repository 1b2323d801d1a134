package io.sheaf.cli.irc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class TarReaderTest {
  private static final byte[] LONG = new byte[1300];
  private static final byte[] ARCHIVE = archive();

  @Test
  void walksOverPlainFiles() throws IOException {
    TarReader tar = reader(ARCHIVE);
    assertTrue(tar.next());
    assertEquals("a/one", tar.name());
    assertEquals(1300, tar.sizeBytes());
    assertArrayEquals(LONG, tar.content().readAllBytes());
    assertEquals(-1, tar.content().read());
    assertTrue(tar.next());
    assertEquals("two", tar.name());
    assertEquals(0, tar.content().readAllBytes().length);
    assertTrue(tar.next());
    assertEquals("three", tar.name());
    assertFalse(tar.next());
  }

  @Test
  void skipsWhatWasNotRead() throws IOException {
    TarReader tar = reader(ARCHIVE);
    assertTrue(tar.next());
    assertEquals(0, tar.content().read());
    assertTrue(tar.next());
    assertEquals("two", tar.name());
  }

  @Test
  void refusesAnArchiveThatIsCutShort() {
    int wholeBytes = ARCHIVE.length - 1024;
    for (int length = 1; length < wholeBytes; length += 100) {
      byte[] cut = Arrays.copyOf(ARCHIVE, length);
      if (length % 512 != 0) {
        assertThrows(IOException.class, () -> readAll(cut), "cut at " + length);
      }
    }
  }

  @Test
  void refusesDamagedHeaders() {
    byte[] damaged = ARCHIVE.clone();
    damaged[3] ^= 1;
    assertThrows(IOException.class, () -> readAll(damaged));
    byte[] text =
        "this is no archive".repeat(100).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    assertThrows(IOException.class, () -> readAll(text));
  }

  private static void readAll(byte[] bytes) throws IOException {
    TarReader tar = reader(bytes);
    while (tar.next()) {
      tar.content().readAllBytes();
    }
  }

  private static TarReader reader(byte[] bytes) {
    return new TarReader(new ByteArrayInputStream(bytes), "x.tar.gz");
  }

  private static byte[] archive() {
    for (int i = 0; i < LONG.length; i++) {
      LONG[i] = (byte) i;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(LogText.tar("a/", '5', new byte[0]));
    out.writeBytes(LogText.tar("a/one", '0', LONG));
    out.writeBytes(LogText.tar("link", '2', new byte[0]));
    out.writeBytes(LogText.tar("two", '0', new byte[0]));
    out.writeBytes(LogText.tar("three", '\0', new byte[512]));
    out.writeBytes(new byte[1024]);
    return out.toByteArray();
  }
}
