package io.sheaf.torture.machine;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs small programs of the system. */
public final class Shell {
  private Shell() {}

  /**
   * Runs a program to its end.
   *
   * @return what it printed
   * @throws IOException when it cannot be run, or its exit code is not 0; says what it printed
   */
  public static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int code = waitFor(process);
    if (code != 0) {
      throw new IOException(String.join(" ", List.of(command)) + ": " + code + ": " + printed);
    }
    return printed;
  }

  private static int waitFor(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + process.info() + " ran");
    }
  }

  /** Whether a program ends with 0. */
  public static boolean succeeds(String... command) {
    try {
      run(command);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
