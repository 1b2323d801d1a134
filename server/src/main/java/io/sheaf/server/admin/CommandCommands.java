package io.sheaf.server.admin;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandFlag;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.GlobPattern;
import io.sheaf.server.wire.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * COMMAND: which commands there are.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class CommandCommands {
  private static final String GROUP = "server";

  private final CommandTable table;

  private CommandCommands(CommandTable table) {
    this.table = table;
  }

  /** Adds them to {@code table}. */
  public static void addTo(CommandTable table) {
    CommandCommands commands = new CommandCommands(table);
    table.add(
        new Command("command", -1, commands::all)
            .docs(GROUP, "2.8.13", "Tells of all commands.")
            .subcommands(
                sub("count", 2, call -> call.reply().integer(table.all().size())),
                sub("info", -2, commands::info),
                sub("docs", -2, commands::docs),
                sub("list", -2, commands::list),
                sub("getkeys", -3, commands::keys)));
  }

  private static Command sub(String name, int arity, io.sheaf.server.command.Handler handler) {
    return new Command("command|" + name, arity, handler).docs(GROUP, "2.8.13", "COMMAND " + name);
  }

  private void all(Call call) {
    Collection<Command> all = table.all();
    call.reply().array(all.size());
    all.forEach(command -> describe(call.reply(), command));
  }

  private void info(Call call) {
    if (call.count() == 2) {
      all(call);
      return;
    }
    call.reply().array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      Command command = find(call.text(i));
      if (command == null) {
        call.reply().noArray();
      } else {
        describe(call.reply(), command);
      }
    }
  }

  private @Nullable Command find(String name) {
    int bar = name.indexOf('|');
    Command parent = table.named(bar < 0 ? name : name.substring(0, bar));
    if (bar < 0 || parent == null) {
      return parent;
    }
    return parent.subcommands().stream()
        .filter(command -> command.name().equalsIgnoreCase(name))
        .findFirst()
        .orElse(null);
  }

  private static void describe(ReplyWriter reply, Command command) {
    reply.array(10);
    reply.bulk(command.name());
    reply.integer(command.arity());
    List<String> flags = new ArrayList<>();
    for (CommandFlag flag : command.flags()) {
      if (flag.isShown()) {
        flags.add(flag.shown());
      }
    }
    reply.set(flags.size());
    flags.forEach(reply::simple);
    reply.integer(command.firstKey());
    reply.integer(command.lastKey());
    reply.integer(command.keyStep());
    reply.set(1);
    reply.simple("@" + command.group());
    reply.array(0); // tips
    reply.array(0); // key specifications
    reply.array(command.subcommands().size());
    command.subcommands().forEach(sub -> describe(reply, sub));
  }

  private void docs(Call call) {
    List<Command> asked = new ArrayList<>();
    if (call.count() == 2) {
      asked.addAll(table.all());
    }
    for (int i = 2; i < call.count(); i++) {
      Command command = find(call.text(i));
      if (command != null) {
        asked.add(command);
      }
    }
    call.reply().map(asked.size());
    asked.forEach(command -> document(call.reply(), command));
  }

  private static void document(ReplyWriter reply, Command command) {
    boolean hasMore = !command.subcommands().isEmpty();
    boolean hasArguments = !command.arguments().isEmpty();
    reply.bulk(command.name());
    reply.map(3 + (hasMore ? 1 : 0) + (hasArguments ? 1 : 0));
    reply.bulk("summary");
    reply.bulk(command.summary());
    reply.bulk("since");
    reply.bulk(command.since());
    reply.bulk("group");
    reply.bulk(command.group());
    if (hasArguments) {
      reply.bulk("arguments");
      ArgumentDocs.write(reply, command.arguments());
    }
    if (hasMore) {
      reply.bulk("subcommands");
      reply.map(command.subcommands().size());
      command.subcommands().forEach(sub -> document(reply, sub));
    }
  }

  private void list(Call call) throws CommandException {
    GlobPattern pattern = null;
    if (call.count() == 5 && call.is(2, "filterby") && call.is(3, "pattern")) {
      pattern = new GlobPattern(call.bytes(4));
    } else if (call.count() != 2) {
      throw CommandException.syntax();
    }
    List<String> names = new ArrayList<>();
    for (Command command : table.all()) {
      byte[] name = command.name().getBytes(StandardCharsets.US_ASCII);
      if (pattern == null || pattern.matches(name)) {
        names.add(command.name());
      }
    }
    call.reply().array(names.size());
    names.forEach(call.reply()::bulk);
  }

  private void keys(Call call) throws CommandException {
    byte[][] arguments = new byte[call.count() - 2][];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = call.bytes(i + 2);
    }
    var request = io.sheaf.server.wire.Request.of(arguments);
    Command command;
    try {
      command = table.find(request);
    } catch (CommandException e) {
      throw new CommandException("ERR Invalid command specified");
    }
    List<Integer> keys = command.keys().of(request);
    if (keys.isEmpty()) {
      throw new CommandException("ERR The command has no key arguments");
    }
    call.reply().array(keys.size());
    keys.forEach(key -> call.reply().bulk(request.bytes(key)));
  }
}
