package io.sheaf.server.command;

import io.sheaf.server.client.Client;
import io.sheaf.server.wire.Request;

/**
 * Who may run what.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
@FunctionalInterface
public interface Permissions {
  /**
   * Returns where {@code client} may run {@code command} with these arguments.
   *
   * @throws CommandException where it may not, or has not said who it is
   */
  void check(Client client, Command command, Request request) throws CommandException;
}
