package io.sheaf.server.command;

import java.io.IOException;

/** What a command does: checks its arguments, changes rows, writes exactly one reply. */
@FunctionalInterface
public interface Handler {
  /**
   * Runs the command.
   *
   * @throws CommandException when it is refused; nothing was changed then
   * @throws IOException when the store failed
   */
  void run(Call call) throws CommandException, IOException;
}
