package io.sheaf.server.connection;

/**
 * What one connection may take.
 *
 * @param waitingInputBytes of what has come and is not yet looked at; then nothing more is read
 * @param replyBytes of replies that are put together before they are sent
 * @param longestReplyBytes of one reply; a client that asks for more is closed
 * @param deadlines for what the client must do in time
 */
public record ConnectionLimits(
    int waitingInputBytes, int replyBytes, int longestReplyBytes, Deadlines deadlines) {
  /** The defaults. */
  public static final ConnectionLimits DEFAULT =
      new ConnectionLimits(256 << 10, 64 << 10, 256 << 20, Deadlines.DEFAULT);
}
