package io.sheaf.cli.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/** Standard output cannot be written to. It passes through who prints, and ends the command. */
public final class OutputException extends UncheckedIOException {
  private static final long serialVersionUID = 1L;

  OutputException(IOException cause) {
    super("standard output: " + cause.getMessage(), cause);
  }

  /** Whether nobody reads it any more, as behind {@code | head}: no reason to complain. */
  public boolean isClosed() {
    return String.valueOf(getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe");
  }
}
