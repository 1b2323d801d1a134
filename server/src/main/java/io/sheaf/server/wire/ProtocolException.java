package io.sheaf.server.wire;

/**
 * The bytes of a client are no request; where the next one begins is unknown, so the connection is
 * closed after the message was sent.
 */
public final class ProtocolException extends Exception {
  /** With Redis's text, which comes behind "Protocol error: ". */
  public ProtocolException(String message) {
    super(message, null, false, false);
  }

  /** The error as the client gets it. */
  public String reply() {
    return "ERR Protocol error: " + getMessage();
  }
}
