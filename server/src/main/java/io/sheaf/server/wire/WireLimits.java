package io.sheaf.server.wire;

/**
 * What a request may be at most. A request beyond is a {@link ProtocolException}.
 *
 * @param arguments number of arguments, the name of the command included
 * @param argumentBytes length of one argument, in bytes
 * @param requestBytes length of all of a request as it came, in bytes
 */
public record WireLimits(int arguments, int argumentBytes, int requestBytes) {
  /** Before a client has said who it is. */
  public static final WireLimits STRANGER = new WireLimits(10, 16 << 10, 256 << 10);

  /** The defaults for clients that are known: a million arguments, 64 MB each and in all. */
  public static final WireLimits DEFAULT =
      new WireLimits(1 << 20, 64 << 20, (64 << 20) + (1 << 20));

  /** Longest line: an inline request, a count or a length; in bytes. */
  public static final int LINE_BYTES = 64 << 10;

  /** Checks each limit. */
  public WireLimits {
    if (arguments < 1 || argumentBytes < 1 || requestBytes < argumentBytes) {
      throw new IllegalArgumentException(
          "limits of "
              + arguments
              + " arguments of "
              + argumentBytes
              + " bytes, "
              + requestBytes
              + " in all: all must be at least 1, and a request must hold an argument");
    }
  }
}
