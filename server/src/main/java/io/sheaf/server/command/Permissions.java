package io.sheaf.server.command;

import io.sheaf.server.client.Client;
import io.sheaf.server.wire.Request;

/**
 * Who may run what.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public interface Permissions {
  /**
   * Returns where {@code client} may run {@code command} with these arguments.
   *
   * @param isInMulti whether the command is queued, or executed by EXEC; for the log
   * @throws CommandException where it may not, or has not said who it is
   */
  void check(Client client, Command command, Request request, boolean isInMulti)
      throws CommandException;

  /** Whether {@code client} may run {@code command} with these arguments; nothing is logged. */
  boolean allows(Client client, Command command, Request request);

  /** How often something of this has changed. */
  long changes();
}
