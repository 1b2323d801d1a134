package io.sheaf.server.admin;

import static io.sheaf.server.command.CommandFlag.ADMIN;
import static io.sheaf.server.command.CommandFlag.FAST;

import io.sheaf.server.client.Client;
import io.sheaf.server.client.Clients;
import io.sheaf.server.client.MultiState;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import java.util.List;

/**
 * CLIENT and what stands behind it.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class ClientCommands {
  private static final String GROUP = "connection";

  private final Clients clients;

  private ClientCommands(Clients clients) {
    this.clients = clients;
  }

  /** Adds them to {@code table}. */
  public static void addTo(CommandTable table, Clients clients) {
    ClientCommands commands = new ClientCommands(clients);
    table.add(
        new Command("client", -2, call -> {})
            .docs(GROUP, "2.4.0", "Commands about connections.")
            .subcommands(
                sub("id", 2, call -> call.reply().integer(call.client().id()), "5.0.0"),
                sub("getname", 2, ClientCommands::name, "2.6.9"),
                sub("setname", 3, ClientCommands::rename, "2.6.9"),
                sub("setinfo", 4, ClientCommands::library, "7.2.0"),
                sub("info", 2, ClientCommands::info, "6.2.0"),
                sub("list", -2, commands::list, "2.4.0"),
                sub("kill", -3, commands::kill, "2.4.0").flags(ADMIN),
                sub("no-evict", 3, ClientCommands::choice, "7.0.0"),
                sub("no-touch", 3, ClientCommands::choice, "7.2.0"),
                sub("reply", 3, ClientCommands::reply, "3.2.0")));
  }

  private static Command sub(
      String name, int arity, io.sheaf.server.command.Handler handler, String since) {
    return new Command("client|" + name, arity, handler)
        .flags(FAST)
        .docs(GROUP, since, "CLIENT " + name);
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
    String value = ConnectionCommands.checkedName(call.text(3));
    Client client = call.client();
    if (call.is(2, "lib-name")) {
      client.library(value, client.libraryVersion());
    } else if (call.is(2, "lib-ver")) {
      client.library(client.libraryName(), value);
    } else {
      throw new CommandException("ERR Unrecognized option '" + call.text(2) + "'");
    }
    call.reply().ok();
  }

  private static void info(Call call) {
    call.reply().verbatim(line(call.client(), call.rows().nowMillis()) + "\n");
  }

  private void list(Call call) throws CommandException {
    StringBuilder lines = new StringBuilder();
    new ClientFilter(call, false)
        .of(clients)
        .forEach(client -> lines.append(line(client, call.rows().nowMillis())).append('\n'));
    call.reply().verbatim(lines.toString());
  }

  private static String line(Client client, long nowMillis) {
    MultiState multi = client.multi();
    return "id="
        + client.id()
        + " addr="
        + client.address()
        + " laddr="
        + client.localAddress()
        + " name="
        + client.name()
        + " age="
        + (nowMillis - client.connectedMillis()) / 1_000
        + " idle="
        + (nowMillis - client.lastActiveMillis()) / 1_000
        + " flags="
        + (client.isWaiting() ? "b" : "N")
        + " db=0 multi="
        + (multi == null ? -1 : multi.queued().size())
        + " watch="
        + client.watches().size()
        + " tot-mem="
        + client.heldBytes()
        + " cmd="
        + client.lastCommand()
        + " user="
        + client.user()
        + " resp="
        + client.protocol()
        + " lib-name="
        + client.libraryName()
        + " lib-ver="
        + client.libraryVersion();
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
    List<Client> chosen = new ClientFilter(call, true).of(clients);
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
      call.client().reply(Client.ReplyMode.SKIP_NEXT);
    } else {
      throw CommandException.syntax();
    }
  }
}
