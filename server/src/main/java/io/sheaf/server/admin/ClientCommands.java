package io.sheaf.server.admin;

import static io.sheaf.server.command.CommandFlag.ADMIN;
import static io.sheaf.server.command.CommandFlag.DURING_PAUSE;

import io.sheaf.server.acl.Users;
import io.sheaf.server.client.Client;
import io.sheaf.server.client.ClientLine;
import io.sheaf.server.client.ClientPause;
import io.sheaf.server.client.Clients;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.Handler;
import java.util.List;

/**
 * CLIENT and what stands behind it.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class ClientCommands {
  private static final String GROUP = "connection";

  /** A thousand years. */
  private static final long LONGEST_PAUSE_MILLIS = 31_536_000_000_000L;

  private final Clients clients;
  private final Users users;
  private final ClientPause pause;

  private ClientCommands(Clients clients, Users users, ClientPause pause) {
    this.clients = clients;
    this.users = users;
    this.pause = pause;
  }

  /** Adds them to {@code table}. */
  public static void addTo(CommandTable table, Clients clients, Users users, ClientPause pause) {
    ClientCommands commands = new ClientCommands(clients, users, pause);
    table.add(
        new Command("client", -2, call -> {})
            .docs(GROUP, "2.4.0", "Commands about connections.")
            .subcommands(
                sub("id", 2, call -> call.reply().integer(call.client().id()), "5.0.0"),
                sub("getname", 2, ClientCommands::name, "2.6.9"),
                sub("setname", 3, ClientCommands::rename, "2.6.9"),
                sub("setinfo", 4, ClientCommands::library, "7.2.0"),
                sub("info", 2, ClientCommands::info, "6.2.0"),
                sub("list", -2, commands::list, "2.4.0").flags(ADMIN),
                sub("kill", -3, commands::kill, "2.4.0").flags(ADMIN),
                sub("pause", -3, commands::pause, "3.0.0").flags(ADMIN, DURING_PAUSE),
                sub("unpause", 2, commands::goOn, "6.2.0").flags(ADMIN, DURING_PAUSE),
                sub("unblock", -3, commands::unblock, "5.0.0").flags(ADMIN),
                sub("no-evict", 3, ClientCommands::choice, "7.0.0").flags(ADMIN),
                sub("no-touch", 3, ClientCommands::choice, "7.2.0"),
                sub("reply", 3, ClientCommands::reply, "3.2.0"),
                sub("capa", -3, ClientCommands::abilities, "7.2.0"),
                TrackingCommands.tracking(),
                TrackingCommands.caching(),
                TrackingCommands.info(),
                TrackingCommands.redirection()));
  }

  private static Command sub(String name, int arity, Handler handler, String since) {
    return new Command("client|" + name, arity, handler).docs(GROUP, since, "CLIENT " + name);
  }

  private static void name(Call call) {
    if (call.client().name().isEmpty()) {
      call.reply().none();
    } else {
      call.reply().bulk(call.client().name());
    }
  }

  private static void rename(Call call) throws CommandException {
    call.client().rename(ConnectionCommands.checkedName(call.text(2)));
    call.reply().ok();
  }

  private static void library(Call call) throws CommandException {
    Client client = call.client();
    if (call.is(2, "lib-name")) {
      String name = ConnectionCommands.checked("lib-name", call.text(3));
      client.library(name, client.libraryVersion());
    } else if (call.is(2, "lib-ver")) {
      String version = ConnectionCommands.checked("lib-ver", call.text(3));
      client.library(client.libraryName(), version);
    } else {
      throw new CommandException("ERR Unrecognized option '" + call.text(2) + "'");
    }
    call.reply().ok();
  }

  private static void info(Call call) {
    call.reply().verbatim(ClientLine.of(call.client(), call.rows().nowMillis()) + "\n");
  }

  private void list(Call call) throws CommandException {
    StringBuilder lines = new StringBuilder();
    new ClientFilter(call, users, false)
        .of(clients)
        .forEach(
            client -> lines.append(ClientLine.of(client, call.rows().nowMillis())).append('\n'));
    call.reply().verbatim(lines.toString());
  }

  private void kill(Call call) throws CommandException {
    if (call.count() == 3) {
      for (Client client : clients.all()) {
        if (client.address().equals(call.text(2))) {
          close(call, client);
          call.reply().ok();
          return;
        }
      }
      throw new CommandException("ERR No such client");
    }
    List<Client> chosen = new ClientFilter(call, users, true).of(clients);
    chosen.forEach(client -> close(call, client));
    call.reply().integer(chosen.size());
  }

  private static void close(Call call, Client client) {
    if (client == call.client()) {
      client.closeAfterReply();
    } else {
      client.kill();
    }
  }

  /** CLIENT PAUSE milliseconds [WRITE|ALL]. */
  private void pause(Call call) throws CommandException {
    ClientPause.What what = ClientPause.What.ALL;
    if (call.count() == 4 && call.is(3, "write")) {
      what = ClientPause.What.WRITES;
    } else if (call.count() > 4 || (call.count() == 4 && !call.is(3, "all"))) {
      throw CommandException.syntax();
    }
    long millis;
    try {
      millis = call.integer(2);
    } catch (CommandException e) {
      throw new CommandException("ERR timeout is not an integer or out of range");
    }
    if (millis < 0) {
      throw new CommandException("ERR timeout is negative");
    }
    if (millis > LONGEST_PAUSE_MILLIS) {
      throw new CommandException("ERR timeout is out of range");
    }
    pause.begin(what, millis);
    call.reply().ok();
  }

  private void goOn(Call call) {
    pause.end();
    call.reply().ok();
  }

  /** CLIENT UNBLOCK id [TIMEOUT|ERROR]. */
  private void unblock(Call call) throws CommandException {
    Client.Unblocking how = Client.Unblocking.TIMEOUT;
    if (call.count() == 4 && call.is(3, "error")) {
      how = Client.Unblocking.ERROR;
    } else if (call.count() > 4 || (call.count() == 4 && !call.is(3, "timeout"))) {
      throw new CommandException("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
    }
    Client client = clients.find(call.integer(2));
    call.reply().integer(client != null && client.unblock(how) ? 1 : 0);
  }

  /** CLIENT CAPA word …: words that are not known mean nothing. */
  private static void abilities(Call call) {
    for (int i = 2; i < call.count(); i++) {
      if (call.is(i, "redirect")) {
        call.client().takeRedirects();
      }
    }
    call.reply().ok();
  }

  private static void choice(Call call) throws CommandException {
    if (!call.is(2, "on") && !call.is(2, "off")) {
      throw CommandException.syntax();
    }
    call.reply().ok(); // nothing is evicted here
  }

  private static void reply(Call call) throws CommandException {
    if (call.is(2, "on")) {
      call.client().reply(Client.ReplyMode.ON);
      call.reply().ok();
    } else if (call.is(2, "off")) {
      call.client().reply(Client.ReplyMode.OFF);
    } else if (call.is(2, "skip")) {
      if (call.client().replyMode() != Client.ReplyMode.OFF) { // which says more
        call.client().reply(Client.ReplyMode.SKIP_NEXT);
      }
    } else {
      throw CommandException.syntax();
    }
  }
}
