package io.sheaf.server.acl;

import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which commands a user may run: rules, of which the last one that is about a command decides.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
final class CommandRules {
  /** No command. */
  static final CommandRules NONE = new CommandRules(List.of("-@all"), Set.of());

  private final List<String> rules;
  private final Set<Command> allowed;

  private CommandRules(List<String> rules, Set<Command> allowed) {
    this.rules = rules;
    this.allowed = allowed;
  }

  boolean allow(Command command) {
    return allowed.contains(command);
  }

  /** The rules, as they are given to SETUSER. */
  String shown() {
    return String.join(" ", rules);
  }

  /** All commands, or none. */
  static CommandRules all(CommandTable table, boolean allowed) {
    if (!allowed) {
      return NONE;
    }
    Set<Command> all = emptySet();
    for (Command command : table.all()) {
      all.add(command);
      all.addAll(command.subcommands());
    }
    return new CommandRules(List.of("+@all"), all);
  }

  /**
   * The same with a rule more: +name, -name, +name|subcommand, +@category, -@category.
   *
   * @return empty: there is no such command or category
   */
  Optional<CommandRules> with(CommandTable table, String rule) {
    boolean adds = rule.charAt(0) == '+';
    String name = rule.substring(1).toLowerCase(Locale.ROOT);
    if (name.equals("@all")) {
      return Optional.of(all(table, adds));
    }
    Optional<List<Command>> named =
        name.startsWith("@") ? ofCategory(table, name.substring(1)) : named(table, name);
    return named.map(commands -> with((adds ? "+" : "-") + name, adds, commands));
  }

  private CommandRules with(String rule, boolean adds, List<Command> commands) {
    Set<Command> changed = emptySet();
    changed.addAll(allowed);
    if (adds) {
      changed.addAll(commands);
    } else {
      commands.forEach(changed::remove);
    }
    List<String> more = new ArrayList<>(rules);
    String name = rule.substring(1);
    more.removeIf(
        before -> before.substring(1).equals(name) || before.substring(1).startsWith(name + "|"));
    more.add(rule);
    return new CommandRules(List.copyOf(more), changed);
  }

  private static Optional<List<Command>> ofCategory(CommandTable table, String name) {
    return Category.named(name).map(category -> of(table, category));
  }

  /** The commands of a category, and the subcommands. */
  static List<Command> of(CommandTable table, Category category) {
    List<Command> commands = new ArrayList<>();
    for (Command command : table.all()) {
      if (command.subcommands().isEmpty()) {
        addIf(category, command, commands);
      } else {
        command.subcommands().forEach(sub -> addIf(category, sub, commands));
        if (commands.containsAll(command.subcommands())) {
          commands.add(command);
        }
      }
    }
    return commands;
  }

  private static void addIf(Category category, Command command, List<Command> commands) {
    if (category.holds(command)) {
      commands.add(command);
    }
  }

  private static Optional<List<Command>> named(CommandTable table, String name) {
    int bar = name.indexOf('|');
    Command parent = table.named(bar < 0 ? name : name.substring(0, bar));
    if (parent == null) {
      return Optional.empty();
    }
    List<Command> commands = new ArrayList<>();
    if (bar < 0) {
      commands.add(parent);
      commands.addAll(parent.subcommands());
    } else {
      parent.subcommands().stream().filter(sub -> sub.name().equals(name)).forEach(commands::add);
    }
    return commands.isEmpty() ? Optional.empty() : Optional.of(commands);
  }

  private static Set<Command> emptySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }
}
