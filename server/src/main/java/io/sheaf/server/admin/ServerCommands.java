package io.sheaf.server.admin;

import static io.sheaf.server.command.CommandFlag.ADMIN;
import static io.sheaf.server.command.CommandFlag.ALL_KEYS;
import static io.sheaf.server.command.CommandFlag.FAST;
import static io.sheaf.server.command.CommandFlag.NO_MULTI;
import static io.sheaf.server.command.CommandFlag.READONLY;
import static io.sheaf.server.command.CommandFlag.WRITE;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands about the server as a whole.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class ServerCommands {
  private static final String GROUP = "server";

  private final ServerState state;

  private ServerCommands(ServerState state) {
    this.state = state;
  }

  /** Adds them to {@code table}. */
  public static void addTo(CommandTable table, ServerState state) {
    ServerCommands commands = new ServerCommands(state);
    table.add(
        new Command("dbsize", 1, call -> call.reply().integer(call.rows().size()))
            .flags(READONLY, FAST)
            .docs(GROUP, "1.0.0", "Tells how many keys there are."));
    table.add(
        new Command("flushall", -1, commands::flush)
            .flags(WRITE, ALL_KEYS)
            .docs(GROUP, "1.0.0", "Removes all keys, where that is allowed."));
    table.add(
        new Command("flushdb", -1, commands::flush)
            .flags(WRITE, ALL_KEYS)
            .docs(GROUP, "1.0.0", "Removes all keys, where that is allowed."));
    table.add(
        new Command("info", -1, commands::info).docs(GROUP, "1.0.0", "Tells how the server is."));
    table.add(
        new Command("time", 1, ServerCommands::time)
            .flags(FAST)
            .docs(GROUP, "2.6.0", "Tells the time."));
    table.add(
        new Command("wait", 3, ServerCommands::await)
            .docs(GROUP, "3.0.0", "Tells how many replicas have the writes: there are none."));
    table.add(
        new Command("role", 1, ServerCommands::role)
            .flags(FAST, ADMIN)
            .docs(GROUP, "2.8.12", "Tells that it is a master without replicas."));
    table.add(
        new Command("shutdown", -1, commands::shutdown)
            .flags(ADMIN, NO_MULTI)
            .docs(GROUP, "1.0.0", "Stops the server; all that was acknowledged is kept."));
  }

  private void flush(Call call) throws CommandException, IOException {
    if (call.count() > 2 || (call.count() == 2 && !call.is(1, "sync") && !call.is(1, "async"))) {
      throw CommandException.syntax();
    }
    if (!state.allowsFlush()) {
      throw new CommandException(
          "ERR FLUSHALL and FLUSHDB are off; to allow them start the server with --allow-flush, or"
              + " allow-flush yes in its config file");
    }
    call.rows().deleteAll();
    call.reply().ok();
  }

  private void info(Call call) {
    List<String> sections = new ArrayList<>();
    for (int i = 1; i < call.count(); i++) {
      sections.add(call.text(i));
    }
    call.reply()
        .verbatim(new ServerInfo(state).of(sections.isEmpty() ? List.of("default") : sections));
  }

  private static void time(Call call) {
    long millis = call.rows().nowMillis();
    call.reply().array(2);
    call.reply().bulk(millis / 1_000);
    call.reply().bulk(millis % 1_000 * 1_000);
  }

  private static void role(Call call) {
    call.reply().array(3);
    call.reply().bulk("master");
    call.reply().integer(0);
    call.reply().array(0);
  }

  private static void await(Call call) throws CommandException {
    long replicas = call.integer(1);
    long timeout = call.integer(2);
    if (replicas < 0 || timeout < 0) {
      throw new CommandException("ERR timeout is negative");
    }
    call.reply().integer(0);
  }

  /** SHUTDOWN [NOSAVE|SAVE] [NOW] [FORCE], or SHUTDOWN ABORT: without a reply, where it is done. */
  private void shutdown(Call call) throws CommandException {
    if (call.count() == 2 && call.is(1, "abort")) {
      throw new CommandException("ERR No shutdown in progress.");
    }
    boolean saves = false;
    boolean savesNot = false;
    for (int i = 1; i < call.count(); i++) {
      if (call.is(i, "save") && !savesNot) {
        saves = true;
      } else if (call.is(i, "nosave") && !saves) {
        savesNot = true;
      } else if (!call.is(i, "now") && !call.is(i, "force")) {
        throw CommandException.syntax();
      }
    }
    call.client().closeAfterReply();
    state.stop();
  }
}
