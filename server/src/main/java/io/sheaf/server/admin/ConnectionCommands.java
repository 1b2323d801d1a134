package io.sheaf.server.admin;

import static io.sheaf.server.command.CommandFlag.FAST;
import static io.sheaf.server.command.CommandFlag.IN_MULTI_AT_ONCE;
import static io.sheaf.server.command.CommandFlag.NO_AUTH;
import static io.sheaf.server.command.CommandFlag.NO_MULTI;

import io.sheaf.server.acl.Users;
import io.sheaf.server.client.Client;
import io.sheaf.server.client.Wakeup;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.Numbers;
import io.sheaf.server.wire.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * Commands with which a client says who it is and how it wants to be spoken to.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class ConnectionCommands {
  private static final String GROUP = "connection";

  /** It is kept as long as the client is connected. */
  private static final int LONGEST_NAME = 1_024;

  private final Users users;
  private final String version;

  private ConnectionCommands(Users users, String version) {
    this.users = users;
    this.version = version;
  }

  /** Adds them to {@code table}. */
  public static void addTo(CommandTable table, Users users, String version) {
    ConnectionCommands commands = new ConnectionCommands(users, version);
    table.add(
        new Command("ping", -1, ConnectionCommands::ping)
            .flags(FAST)
            .docs(GROUP, "1.0.0", "Answers PONG, or its argument."));
    table.add(
        new Command("echo", 2, call -> call.reply().bulk(call.bytes(1)))
            .flags(FAST)
            .docs(GROUP, "1.0.0", "Answers its argument."));
    table.add(
        new Command("hello", -1, commands::hello)
            .flags(FAST, NO_AUTH, NO_MULTI)
            .docs(GROUP, "6.0.0", "Chooses the protocol, and says who the client is."));
    table.add(
        new Command("auth", -2, commands::auth)
            .flags(FAST, NO_AUTH)
            .docs(GROUP, "1.0.0", "Says who the client is."));
    table.add(
        new Command("quit", -1, ConnectionCommands::quit)
            .flags(FAST, NO_AUTH, IN_MULTI_AT_ONCE)
            .docs(GROUP, "1.0.0", "Closes the connection."));
    table.add(
        new Command("reset", 1, commands::reset)
            .flags(FAST, NO_AUTH, IN_MULTI_AT_ONCE)
            .docs(GROUP, "6.2.0", "Begins the connection anew."));
    table.add(
        new Command("select", 2, ConnectionCommands::select)
            .flags(FAST)
            .docs(GROUP, "1.0.0", "Chooses the database; there is one, 0."));
  }

  private static void ping(Call call) throws CommandException {
    if (call.count() > 2) {
      throw new CommandException("ERR wrong number of arguments for 'ping' command");
    }
    if (call.count() == 2) {
      call.reply().bulk(call.bytes(1));
    } else {
      call.reply().simple("PONG");
    }
  }

  private void hello(Call call) throws CommandException {
    Client client = call.client();
    int protocol = call.count() > 1 ? protocol(call.bytes(1)) : client.protocol();
    String name = null;
    String user = null;
    byte[] password = {};
    for (int i = 2; i < call.count(); i++) {
      if (call.is(i, "auth") && i + 2 < call.count()) {
        user = call.text(i + 1);
        password = call.bytes(i + 2);
        i += 2;
      } else if (call.is(i, "setname") && i + 1 < call.count()) {
        name = checkedName(call.text(++i));
      } else {
        throw new CommandException("ERR Syntax error in HELLO option '" + call.text(i) + "'");
      }
    }
    if (user != null && !enters(call, user, password)) {
      return;
    }
    if (!client.isAuthenticated()) {
      throw new CommandException(
          "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO"
              + " <proto> AUTH <user> <pass> option can be used to authenticate the client and"
              + " select the RESP protocol version at the same time");
    }
    if (name != null) {
      client.rename(name);
    }
    client.speak(protocol);
    call.reply().speak(protocol);
    greet(call.reply(), client);
  }

  private static int protocol(byte[] text) throws CommandException {
    long protocol;
    try {
      protocol = Numbers.parse(text);
    } catch (CommandException e) {
      throw new CommandException("ERR Protocol version is not an integer or out of range");
    }
    if (protocol != 2 && protocol != 3) {
      throw new CommandException("NOPROTO unsupported protocol version");
    }
    return (int) protocol;
  }

  private void greet(ReplyWriter reply, Client client) {
    reply.map(7);
    reply.bulk("server");
    reply.bulk("redis");
    reply.bulk("version");
    reply.bulk(version);
    reply.bulk("proto");
    reply.integer(client.protocol());
    reply.bulk("id");
    reply.integer(client.id());
    reply.bulk("mode");
    reply.bulk("standalone");
    reply.bulk("role");
    reply.bulk("master");
    reply.bulk("modules");
    reply.array(0);
  }

  private void auth(Call call) throws CommandException {
    if (call.count() > 3) {
      throw CommandException.syntax();
    }
    if (call.count() == 2 && !users.needsPassword()) {
      throw new CommandException(
          "ERR AUTH <password> called without any password configured for the default user. Are"
              + " you sure your configuration is correct?");
    }
    boolean named = call.count() == 3;
    if (enters(call, named ? call.text(1) : Users.DEFAULT, call.bytes(named ? 2 : 1))) {
      call.reply().ok();
    }
  }

  /** Whether the client has entered; false: its password is being compared, and the call waits. */
  private boolean enters(Call call, String user, byte[] password) throws CommandException {
    CompletableFuture<?> compared = users.enter(call.client(), user, password);
    while (compared != null && !call.mayBlock()) {
      compared.join();
      compared = users.enter(call.client(), user, password);
    }
    if (compared != null) {
      call.block(new Comparison(compared), 0, call.request().copy());
    }
    return compared == null;
  }

  /** Has a call go on when a password has been compared. */
  private record Comparison(CompletableFuture<?> compared) implements Wakeup {
    @Override
    public Listening listen(Runnable changed) {
      var _ = compared.whenComplete((_, _) -> changed.run());
      return () -> {}; // it is over soon, whether somebody listens or not
    }

    @Override
    public boolean mayBeCutShort() {
      return false;
    }
  }

  private static void quit(Call call) {
    call.client().closeAfterReply();
    call.reply().ok();
  }

  private void reset(Call call) {
    call.client().reset();
    users.begin(call.client());
    call.reply().speak(2);
    call.reply().simple("RESET");
  }

  private static void select(Call call) throws CommandException {
    if (call.integer(1) != 0) {
      throw new CommandException("ERR DB index is out of range");
    }
    call.reply().ok();
  }

  /** A name that a client may give itself. */
  static String checkedName(String name) throws CommandException {
    return checked("Client names", name);
  }

  /** A word without blanks, which is {@code what}. */
  static String checked(String what, String word) throws CommandException {
    if (word.length() > LONGEST_NAME) {
      throw new CommandException("ERR " + what + " have " + LONGEST_NAME + " bytes at most");
    }
    for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
      if (b < '!' || b > '~') {
        throw new CommandException(
            "ERR " + what + " cannot contain spaces, newlines or special characters.");
      }
    }
    return word;
  }
}
