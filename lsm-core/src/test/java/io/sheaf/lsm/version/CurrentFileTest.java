package io.sheaf.lsm.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CurrentFileTest {
  private static final Path DIRECTORY = Path.of("/store");
  private static final Path CURRENT = DIRECTORY.resolve(FileNames.CURRENT);

  private final TornFiles files = new TornFiles();

  @Test
  void namesTheManifestGivenLast() throws IOException {
    for (long number : new long[] {1, 5, 999_999, 1_000_000, 1L << 50}) {
      CurrentFile.replace(files, DIRECTORY, number);
      assertEquals(number, CurrentFile.read(files, DIRECTORY));
    }
    assertFalse(files.exists(DIRECTORY.resolve(FileNames.NEXT_CURRENT)));
  }

  @Test
  void bytesAreAsDescribed() throws IOException {
    CurrentFile.replace(files, DIRECTORY, 5);
    String content = new String(files.bytes(CURRENT), StandardCharsets.US_ASCII);
    assertTrue(content.matches("000005\\.manifest\ncrc32c [0-9a-f]{8}\n"), content);
  }

  @Test
  void replacesWhatAnEarlierTryLeft() throws IOException {
    files.put(DIRECTORY.resolve(FileNames.NEXT_CURRENT), new byte[100]);
    CurrentFile.replace(files, DIRECTORY, 7);
    assertEquals(7, CurrentFile.read(files, DIRECTORY));
  }

  @Test
  void cutOrFlippedAnywhereIsRefused() throws IOException {
    CurrentFile.replace(files, DIRECTORY, 5);
    byte[] whole = files.bytes(CURRENT);
    for (int length = 0; length < whole.length; length++) {
      assertRefused(Arrays.copyOf(whole, length));
    }
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertRefused(flipped);
    }
  }

  @Test
  void garbageIsRefused() throws IOException {
    CurrentFile.replace(files, DIRECTORY, 5);
    byte[] whole = files.bytes(CURRENT);
    assertRefused(Arrays.copyOf(whole, whole.length + 1));
    assertRefused(new byte[1 << 20]);
    assertRefused("000005.sst\n".getBytes(StandardCharsets.US_ASCII));
    Random random = new Random(1);
    for (int i = 0; i < 100; i++) {
      byte[] garbage = new byte[random.nextInt(300)];
      random.nextBytes(garbage);
      assertRefused(garbage);
    }
  }

  private void assertRefused(byte[] content) {
    files.put(CURRENT, content);
    CorruptionException refusal =
        assertThrows(CorruptionException.class, () -> CurrentFile.read(files, DIRECTORY));
    assertEquals(CURRENT.toString(), refusal.file());
    assertTrue(
        String.valueOf(refusal.getMessage()).contains("./sheaf repair --store DIR --into NEWDIR"));
  }
}
