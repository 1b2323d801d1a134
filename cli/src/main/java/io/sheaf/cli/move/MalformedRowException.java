package io.sheaf.cli.move;

import java.io.IOException;

/** A line of rows is not what it should be: names it. */
final class MalformedRowException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedRowException(long line, String why) {
    super("line " + line + ": " + why);
  }

  MalformedRowException(long line, Exception cause) {
    super("line " + line + ": " + cause.getMessage(), cause);
  }
}
