package io.sheaf.server.wire;

/** A reply has become longer than there is room for; its connection is closed. */
public final class ReplyTooLongException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Says why. */
  public ReplyTooLongException(String message) {
    super(message, null, false, false);
  }
}
