package io.sheaf.cli.console;

/**
 * How a command ends, for scripts, and how its help says so.
 *
 * <p><em>Thread safety:</em> constants.
 */
public final class ExitCode {
  /** Done, and nothing to find fault with. */
  public static final int FINE = 0;

  /** Findings, or a failure: what was printed says which. */
  public static final int FINDINGS = 1;

  /** The command was not understood. */
  public static final int MISUSED = 2;

  /** The store is open in another process. */
  public static final int IN_USE = 3;

  /**
   * Who read standard output has gone, as behind {@code | head}: what other programs end with, too
   * (128 and the number of SIGPIPE).
   */
  public static final int OUTPUT_CLOSED = 141;

  /** Stands before the list of exit codes. */
  public static final String HEADING = "%nExit codes:%n";

  /** Stands before the example. */
  public static final String EXAMPLE = "%nExample:%n";

  /** {@link #FINE} of a command that does something. */
  public static final String DONE_TEXT = "0:done";

  /** {@link #FINE} of a command that looks for something. */
  public static final String FINE_TEXT = "0:nothing is wrong";

  /** {@link #FINDINGS} of a command that looks for something. */
  public static final String FINDINGS_TEXT = "1:there are findings";

  /** {@link #FINDINGS} of a command that does something. */
  public static final String FAILED_TEXT = "1:failed; one line on standard error says why";

  /** {@link #MISUSED}. */
  public static final String MISUSED_TEXT =
      "2:not understood; one line on standard error says what";

  /** {@link #IN_USE}. */
  public static final String IN_USE_TEXT = "3:the store is in use by another process";

  private ExitCode() {}
}
