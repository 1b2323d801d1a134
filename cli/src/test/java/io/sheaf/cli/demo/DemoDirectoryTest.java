package io.sheaf.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.console.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoDirectoryTest {
  @TempDir private Path directory;

  @Test
  void removesATemporaryOneWithAllThatIsInIt() throws Exception {
    Path path;
    try (DemoDirectory place = DemoDirectory.open(null, false, 0)) {
      path = place.path();
      assertTrue(place.isRemoved());
      Files.writeString(Files.createDirectories(path.resolve("a/b")).resolve("c"), "x");
    }
    assertFalse(Files.exists(path));
  }

  @Test
  void leavesTheOthers() throws Exception {
    Path kept;
    try (DemoDirectory place = DemoDirectory.open(null, true, 0)) {
      kept = place.path();
    }
    assertTrue(Files.exists(kept));
    Files.delete(kept);
    Path named = directory.resolve("new/place");
    DemoDirectory.open(named, false, 0).close();
    assertTrue(Files.exists(named));
  }

  @Test
  void refusesAPlaceThatIsTaken() throws Exception {
    Files.writeString(directory.resolve("x"), "x");
    assertThrows(CommandFailure.class, () -> DemoDirectory.open(directory, false, 0));
    assertThrows(
        java.io.IOException.class, () -> DemoDirectory.open(directory.resolve("x"), false, 0));
  }

  @Test
  void refusesAPlaceWithoutSpace() {
    CommandFailure failure =
        assertThrows(
            CommandFailure.class, () -> DemoDirectory.open(directory, false, Long.MAX_VALUE));
    assertEquals(true, String.valueOf(failure.getMessage()).contains("--dir"));
  }
}
