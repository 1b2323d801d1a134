package io.sheaf.server.admin;

import io.sheaf.server.acl.Category;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandFlag;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.GlobPattern;
import io.sheaf.server.wire.ReplyWriter;
import io.sheaf.server.wire.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
                sub("getkeys", -3, call -> commands.keys(call, false)),
                sub("getkeysandflags", -3, call -> commands.keys(call, true))));
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
    List<String> categories = Category.shown(command);
    reply.set(categories.size());
    categories.forEach(reply::simple);
    reply.set(0); // tips
    KeySpecDocs.write(reply, command.keySpecs());
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

  /** COMMAND LIST [FILTERBY ACLCAT category|PATTERN pattern|MODULE name]. */
  private void list(Call call) throws CommandException {
    Predicate<Command> wanted;
    if (call.count() == 2) {
      wanted = command -> true;
    } else if (call.count() != 5 || !call.is(2, "filterby")) {
      throw CommandException.syntax();
    } else if (call.is(3, "pattern")) {
      GlobPattern pattern = new GlobPattern(call.bytes(4));
      wanted = command -> pattern.matches(command.name().getBytes(StandardCharsets.US_ASCII));
    } else if (call.is(3, "aclcat")) {
      String category = "@" + call.text(4).toLowerCase(Locale.ROOT);
      wanted = command -> Category.shown(command).contains(category);
    } else if (call.is(3, "module")) {
      wanted = command -> false; // there are none
    } else {
      throw CommandException.syntax();
    }
    List<String> names = new ArrayList<>();
    for (Command command : table.all()) {
      Stream.concat(Stream.of(command), command.subcommands().stream())
          .filter(wanted)
          .forEach(found -> names.add(found.name()));
    }
    call.reply().array(names.size());
    names.forEach(call.reply()::bulk);
  }

  private void keys(Call call, boolean withFlags) throws CommandException {
    byte[][] arguments = new byte[call.count() - 2][];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = call.bytes(i + 2);
    }
    Request request = Request.of(arguments);
    Command command;
    try {
      command = table.find(request);
    } catch (CommandException e) {
      throw new CommandException("ERR Invalid command specified");
    }
    if (command.keySpecs().isEmpty()) {
      throw new CommandException("ERR The command has no key arguments");
    }
    if (!command.takes(request.count())) {
      throw new CommandException("ERR Invalid number of arguments specified for command");
    }
    List<Integer> keys = command.keys().of(request);
    if (keys.isEmpty()) {
      throw new CommandException("ERR Invalid arguments specified for command");
    }
    call.reply().array(keys.size());
    for (int key : keys) {
      if (withFlags) {
        call.reply().array(2);
        call.reply().bulk(request.bytes(key));
        KeySpecDocs.flags(call.reply(), command.keySpecAt(key).flagsIn(request));
      } else {
        call.reply().bulk(request.bytes(key));
      }
    }
  }
}
