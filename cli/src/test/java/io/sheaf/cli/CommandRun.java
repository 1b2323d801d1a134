package io.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A command that was run inside this JVM: how it ended, and what it printed.
 *
 * @param code exit code
 * @param outBytes what it printed to standard output
 * @param err what it printed to standard error
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record CommandRun(int code, byte[] outBytes, String err) {
  /** Runs {@code sheaf} with these arguments. */
  public static CommandRun of(Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    int code = SheafMain.run(console, texts);
    return new CommandRun(code, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }

  /** Checks that it did what it was asked. */
  public CommandRun succeeds() {
    assertEquals(0, code, err);
    return this;
  }

  /** Checks that it failed with one clear line that says {@code why}. */
  public CommandRun failsSaying(String why) {
    assertNotEquals(0, code, out());
    assertEquals(1, err.lines().count(), err);
    assertTrue(err.contains(why), err);
    assertTrue(err.startsWith("sheaf"), err);
    assertFalse(err.contains("Exception") || err.contains("internal error"), err);
    return this;
  }

  /** What it printed to standard output. */
  public String out() {
    return new String(outBytes, StandardCharsets.UTF_8);
  }

  /** The lines of standard output. */
  public List<String> lines() {
    return out().lines().toList();
  }
}
