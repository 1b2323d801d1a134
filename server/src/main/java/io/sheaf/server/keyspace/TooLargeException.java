package io.sheaf.server.keyspace;

/** A transaction changes more than there is memory for; nothing of it is written. */
public final class TooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TooLargeException(String message) {
    super(message, null, false, false);
  }
}
