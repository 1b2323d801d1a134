package io.sheaf.server.command;

import io.sheaf.server.wire.Request;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The commands there are, found by the first argument of a request without making an object of it.
 *
 * <p><b>Thread safety.</b> Filled by one thread, then read by any number.
 */
public final class CommandTable {
  private static final int SLOTS = 1 << 10;
  private static final int LONGEST_SHOWN = 128;

  private final @Nullable Command[] slots = new @Nullable Command[SLOTS];
  private final Map<String, Command> byName = new TreeMap<>();

  /** Without commands. */
  public CommandTable() {}

  /** Adds a command. */
  public void add(Command command) {
    if (byName.size() > SLOTS / 2 || byName.put(command.name(), command) != null) {
      throw new IllegalStateException("command " + command.name() + " is there, or too many are");
    }
    int slot = hash(command.name());
    while (slots[slot] != null) {
      slot = slot + 1 & SLOTS - 1;
    }
    slots[slot] = command;
  }

  /**
   * The command, or the subcommand, that {@code request} is for; the number of its arguments is not
   * yet checked.
   */
  public Command find(Request request) throws CommandException {
    int slot = hash(request);
    Command command = slots[slot];
    while (command != null && !request.is(0, command.name())) {
      slot = slot + 1 & SLOTS - 1;
      command = slots[slot];
    }
    if (command == null) {
      throw unknown(request);
    }
    if (!command.subcommands().isEmpty() && request.count() > 1) {
      command = subcommand(command, request);
    }
    return command;
  }

  /** Checks the number of arguments. */
  static void checkArity(Command command, Request request) throws CommandException {
    if (!command.takes(request.count())) {
      throw new CommandException(
          "ERR wrong number of arguments for '" + command.name() + "' command");
    }
  }

  private static Command subcommand(Command parent, Request request) throws CommandException {
    int nameAt = parent.name().length() + 1;
    for (Command command : parent.subcommands()) {
      if (request.is(1, command.name().substring(nameAt))) {
        return command;
      }
    }
    throw new CommandException(
        "ERR unknown subcommand '"
            + shown(request, 1)
            + "'. Try "
            + parent.name().toUpperCase(Locale.ROOT)
            + " HELP.");
  }

  private static CommandException unknown(Request request) {
    StringBuilder arguments = new StringBuilder();
    for (int i = 1; i < request.count() && arguments.length() < LONGEST_SHOWN; i++) {
      arguments.append('\'').append(shown(request, i)).append("' ");
    }
    return new CommandException(
        "ERR unknown command '" + shown(request, 0) + "', with args beginning with: " + arguments);
  }

  private static String shown(Request request, int index) {
    String text = request.text(index);
    return text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) : text;
  }

  /** The command of this name, without its subcommands. */
  public @Nullable Command named(String name) {
    return byName.get(name.toLowerCase(Locale.ROOT));
  }

  /** All, in order of their names. */
  public Collection<Command> all() {
    return byName.values();
  }

  private static int hash(String name) {
    int hash = 0;
    for (int i = 0; i < name.length(); i++) {
      hash = 31 * hash + (name.charAt(i) | 0x20);
    }
    return spread(hash);
  }

  private static int hash(Request request) {
    int hash = 0;
    for (int i = 0; i < request.length(0); i++) {
      hash = 31 * hash + (request.byteAt(0, i) | 0x20);
    }
    return spread(hash);
  }

  private static int spread(int hash) {
    return (hash ^ hash >>> 16) & SLOTS - 1;
  }
}
