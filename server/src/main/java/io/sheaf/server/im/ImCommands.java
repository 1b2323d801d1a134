package io.sheaf.server.im;

import static io.sheaf.server.command.CommandFlag.NO_MULTI;
import static io.sheaf.server.command.CommandFlag.OWN_WRITES;
import static io.sheaf.server.command.CommandFlag.READONLY;

import io.sheaf.im.ImStore;
import io.sheaf.im.model.ImException;
import io.sheaf.server.command.Argument;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandFlag;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.KeyFlag;
import io.sheaf.server.command.Permissions;
import java.io.IOException;

/**
 * IM.*: what a service does with messages. The first argument of each is the routing key: the
 * conversation or the user that the rows belong to.
 *
 * <p>A command is written by the IM layer in a batch of its own, under the locks of that layer, so
 * it cannot be part of MULTI.
 */
public final class ImCommands {
  private static final String GROUP = "im";
  private static final String SINCE = "0.1.0";

  private ImCommands() {}

  /** Adds them, over {@code im}, to {@code table}. */
  public static void addTo(CommandTable table, ImStore im, Permissions permissions) {
    new ConversationCommands(im).addTo(table);
    new MessageCommands(im).addTo(table);
    new ListCommands(im).addTo(table);
    new SyncCommands(im).addTo(table);
    new SubscribeCommands(im, permissions).addTo(table);
  }

  /** A command whose first argument is {@code key}. */
  static Command command(
      String name, CommandFlag kind, ImHandler handler, String summary, Argument... arguments) {
    int required = 1;
    boolean more = false;
    for (Argument argument : arguments) {
      required += argument.isOptional() ? 0 : argument.words();
      more |= argument.isOptional() || argument.isMultiple();
    }
    return new Command("im." + name, more ? -required : required, call -> run(call, handler))
        .flags(kind, OWN_WRITES, NO_MULTI)
        .keys(
            1,
            1,
            1,
            kind == READONLY ? KeyFlag.RO : KeyFlag.RW,
            kind == READONLY ? KeyFlag.ACCESS : KeyFlag.UPDATE)
        .docs(GROUP, SINCE, summary)
        .arguments(arguments);
  }

  private static void run(Call call, ImHandler handler) throws CommandException, IOException {
    try {
      handler.run(call, new ImArguments(call));
    } catch (ImException e) {
      throw ImErrors.of(e);
    } catch (IllegalArgumentException e) {
      throw new CommandException("ERR " + e.getMessage());
    }
  }
}
