package io.sheaf.im.client;

/**
 * The server refused a request; nothing of it was written.
 *
 * <p>The code says why, in a word: NOCONVERSATION, NOTMEMBER, NOMESSAGE, TOOFAST … as {@code
 * docs/server.md} lists them.
 */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  private RefusedException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** What an error reply says. */
  static RefusedException of(String reply, Throwable cause) {
    int blank = reply.indexOf(' ');
    return blank < 0
        ? new RefusedException(reply, reply, cause)
        : new RefusedException(reply.substring(0, blank), reply.substring(blank + 1), cause);
  }

  /** Why, in a word. */
  public String code() {
    return code;
  }
}
