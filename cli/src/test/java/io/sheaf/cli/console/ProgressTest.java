package io.sheaf.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void isABarForAPerson() {
    run(true, true);
    String shown = err.toString(UTF_8);
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

  /** What was done before is no speed. */
  @Test
  void beginsWhereItWasLeft() {
    try (Progress progress = Progress.resume(console(true), true, "load", "rows", 10, 9)) {
      assertEquals(9, Objects.requireNonNull(progress.bar()).getStart());
    }
  }

  private void run(boolean interactive, boolean shown) {
    try (Progress progress = Progress.start(console(interactive), shown, "load", "rows", 10)) {
      for (int i = 1; i <= 10; i++) {
        progress.stepTo(i);
      }
    }
  }

  private Console console(boolean interactive) {
    return new Console(
        new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), interactive);
  }
}
