package io.sheaf.server.im;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import java.io.IOException;

/** What an IM command does: takes its arguments, calls the store, writes exactly one reply. */
@FunctionalInterface
interface ImHandler {
  void run(Call call, ImArguments arguments) throws CommandException, IOException;
}
