package io.sheaf.server.connection;

/**
 * How long a client may take, in milliseconds.
 *
 * @param loginMillis from connecting to saying who it is, where that is needed
 * @param requestMillis from the first byte of a request to its last, if it is small
 * @param requestBytesAMilli of a large request, more time is allowed at this rate
 * @param replyMillis in which it reads some of the replies that wait for it
 * @param stalledMillis the same, and for the rest of a request, while all clients hold too much
 */
public record Deadlines(
    long loginMillis,
    long requestMillis,
    long requestBytesAMilli,
    long replyMillis,
    long stalledMillis) {
  /** The defaults: a minute each, 64 KB of a request in each second, and 5 seconds. */
  public static final Deadlines DEFAULT = new Deadlines(60_000, 60_000, 64, 60_000, 5_000);

  /** Checks each. */
  public Deadlines {
    if (loginMillis < 1
        || requestMillis < 1
        || requestBytesAMilli < 1
        || replyMillis < 1
        || stalledMillis < 1) {
      throw new IllegalArgumentException("a deadline must be at least 1 ms, and a rate 1 byte");
    }
  }
}
