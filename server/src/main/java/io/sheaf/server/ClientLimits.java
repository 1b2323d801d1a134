package io.sheaf.server;

import io.sheaf.server.settings.LiveOption;

/**
 * What clients may take of the server's memory, at first: CONFIG SET changes it.
 *
 * @param memoryBytes that are held for all clients together: what they sent and is not executed,
 *     what they queued, and replies that they have not read
 * @param argumentBytes of one argument
 * @param requestBytes of one request, and of what one client queues in MULTI
 */
public record ClientLimits(long memoryBytes, long argumentBytes, long requestBytes) {
  /** The defaults: 128 MB, 64 MB, 65 MB. */
  public static final ClientLimits DEFAULT =
      new ClientLimits(
          LiveOption.MAXMEMORY_CLIENTS.standard(),
          LiveOption.PROTO_MAX_BULK_LEN.standard(),
          LiveOption.CLIENT_QUERY_BUFFER_LIMIT.standard());

  /** Checks each limit. */
  public ClientLimits {
    check(LiveOption.MAXMEMORY_CLIENTS, memoryBytes);
    check(LiveOption.PROTO_MAX_BULK_LEN, argumentBytes);
    check(LiveOption.CLIENT_QUERY_BUFFER_LIMIT, requestBytes);
  }

  private static void check(LiveOption option, long value) {
    if (value < option.lowest() || value > option.highest()) {
      throw new IllegalArgumentException(
          option.shown()
              + " must be "
              + option.lowest()
              + " to "
              + option.highest()
              + ", not "
              + value);
    }
  }
}
