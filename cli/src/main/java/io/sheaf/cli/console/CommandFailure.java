package io.sheaf.cli.console;

/** A command cannot do what it was asked: one line that says why, and what to do. */
public final class CommandFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** Says why, in one line. */
  public CommandFailure(String message) {
    super(message);
  }

  /** Says why, in one line, and what it came from. */
  public CommandFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
