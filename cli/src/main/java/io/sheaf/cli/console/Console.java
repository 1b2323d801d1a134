package io.sheaf.cli.console;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command prints: results to {@code out}, progress and complaints to {@code err}, both in
 * UTF-8. Printing to the standard output of the process throws {@link OutputException} where it
 * cannot be written to, so that a command ends that nobody reads any more.
 *
 * <p><em>Thread safety:</em> safe for any number of threads.
 *
 * @param interactive whether a person looks on: progress is a bar then, else a line now and then
 */
public record Console(PrintStream out, PrintStream err, boolean interactive) {
  private static final int BUFFER_BYTES = 1 << 16;

  /** The console of this process. */
  @SuppressWarnings("SystemConsoleNull") // from JDK 25 on it is null again without a terminal
  public static Console ofProcess() {
    java.io.Console terminal = System.console();
    return new Console(
        stream(new StandardOutput(new FileOutputStream(FileDescriptor.out)), false),
        stream(new FileOutputStream(FileDescriptor.err), true),
        terminal != null && terminal.isTerminal());
  }

  private static PrintStream stream(OutputStream target, boolean flushesLines) {
    return new PrintStream(
        new BufferedOutputStream(target, BUFFER_BYTES), flushesLines, StandardCharsets.UTF_8);
  }
}
