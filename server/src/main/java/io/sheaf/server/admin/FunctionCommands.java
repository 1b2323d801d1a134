package io.sheaf.server.admin;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;

/**
 * FUNCTION, of a server that has no functions: there are none to tell of or to remove.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class FunctionCommands {
  private FunctionCommands() {}

  /** Adds them to {@code table}. */
  public static void addTo(CommandTable table) {
    table.add(
        new Command("function", -2, call -> {})
            .docs("scripting", "7.0.0", "There are no functions.")
            .subcommands(
                new Command("function|flush", -2, FunctionCommands::flush)
                    .docs("scripting", "7.0.0", "Removes none."),
                new Command("function|list", -2, call -> call.reply().array(0))
                    .docs("scripting", "7.0.0", "Shows none.")));
  }

  private static void flush(Call call) throws CommandException {
    if (call.count() > 3 || (call.count() == 3 && !call.is(2, "sync") && !call.is(2, "async"))) {
      throw new CommandException("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
    }
    call.reply().ok();
  }
}
