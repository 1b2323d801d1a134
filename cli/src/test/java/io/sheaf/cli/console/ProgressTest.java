package io.sheaf.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void isABarForAPerson() {
    run(true, true);
    String shown = err.toString(StandardCharsets.UTF_8);
    assertTrue(shown.contains("load 100%") && shown.contains("\r"), shown);
    assertEquals(0, out.size());
  }

  @Test
  void isSilentWhereNobodyWaits() {
    run(false, true); // done in less than the time between two lines
    run(false, false);
    run(true, false);
    assertEquals(0, err.size());
    assertEquals(0, out.size());
  }

  private void run(boolean interactive, boolean shown) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            interactive);
    try (Progress progress = Progress.start(console, shown, "load", "rows", 10)) {
      for (int i = 1; i <= 10; i++) {
        progress.stepTo(i);
      }
    }
  }
}
