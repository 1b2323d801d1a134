package io.sheaf.server.wire;

/** A reply has become longer than a client may ask for; its connection is closed. */
public final class ReplyTooLongException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ReplyTooLongException(int limitBytes) {
    super(
        "a reply of more than " + limitBytes + " bytes: ask for less at once, with COUNT",
        null,
        false,
        false);
  }
}
