package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.db.DbOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectMemoryTest {
  @TempDir private Path temporary;

  @Test
  void isWhatTheLastOptionSays() {
    assertEquals(
        3L << 30,
        DirectMemory.allowedBytes(
            List.of("-Xmx1g", "-XX:MaxDirectMemorySize=1g", "-XX:MaxDirectMemorySize=3G")));
    assertEquals(700_000, DirectMemory.allowedBytes(List.of("-XX:MaxDirectMemorySize=700000")));
    assertEquals(Runtime.getRuntime().maxMemory(), DirectMemory.allowedBytes(List.of("-ea")));
  }

  @Test
  void storeThatWouldNotFitIsRefusedBeforeAnythingIsMade() throws Exception {
    Path directory = temporary.resolve("store");
    DbOptions tooLarge = DbOptions.DEFAULT.withMemory(1L << 45, 64 << 20);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Sheaf.open(directory, tooLarge).close());
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("memoryBytes is " + (1L << 45)), message);
    assertTrue(message.contains("allows " + DirectMemory.allowedBytes() + " bytes"), message);
    assertTrue(message.contains("-XX:MaxDirectMemorySize=33554432m"), message);
    assertFalse(Files.exists(directory));
  }
}
