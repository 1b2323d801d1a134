package io.sheaf.server.command;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A command, and what COMMAND says of it.
 *
 * <p><b>Thread safety.</b> Immutable once it is in a table.
 */
public final class Command {
  private final String name;
  private final int arity;
  private final Handler handler;
  private final CommandCounters counters = new CommandCounters();
  private Set<CommandFlag> flags = EnumSet.noneOf(CommandFlag.class);
  private KeyPositions keys = KeyPositions.NONE;
  private int firstKey;
  private int lastKey;
  private int keyStep;
  private String group = "generic";
  private String since = "1.0.0";
  private String summary = "";
  private List<Argument> arguments = List.of();
  private List<Command> subcommands = List.of();
  private List<KeySpec> keySpecs = List.of();

  /**
   * A command.
   *
   * @param name in lower case; of a subcommand with its parent, as in "client|list"
   * @param arity number of arguments with the name; negative: that many or more
   */
  public Command(String name, int arity, Handler handler) {
    this.name = name;
    this.arity = arity;
    this.handler = handler;
  }

  /** Sets what is to be known before it runs. */
  public Command flags(CommandFlag first, CommandFlag... others) {
    flags = EnumSet.of(first, others);
    return this;
  }

  /** Says where its keys are, and what it does with them. */
  public Command keys(int first, int last, int step, KeyFlag does, KeyFlag... others) {
    int behind = last < 0 ? last : last - first;
    return keys(first, last, step, KeySpec.at(first, behind, step, does, others));
  }

  /** Says where its keys are: as a whole, and by what it does with them. */
  public Command keys(int first, int last, int step, KeySpec... specs) {
    firstKey = first;
    lastKey = last;
    keyStep = step;
    keys = KeyPositions.range(first, last, step);
    keySpecs = List.of(specs);
    return this;
  }

  /** Says where its keys are, where that depends on the arguments. */
  public Command keys(KeyPositions positions, KeySpec spec) {
    keys = positions;
    keySpecs = List.of(spec);
    return alsoFlags(CommandFlag.MOVABLEKEYS);
  }

  /** Says what it is for. */
  public Command docs(String group, String since, String summary) {
    this.group = group;
    this.since = since;
    this.summary = summary;
    return this;
  }

  /** Adds to what is to be known before it runs. */
  public Command alsoFlags(CommandFlag more) {
    EnumSet<CommandFlag> all = EnumSet.of(more);
    all.addAll(flags);
    flags = all;
    return this;
  }

  /** Says what it is given. */
  public Command arguments(Argument... arguments) {
    this.arguments = List.of(arguments);
    return this;
  }

  /** Gives it subcommands: the second argument chooses. HELP, which tells of them, is added. */
  public Command subcommands(Command... commands) {
    List<Command> all = new ArrayList<>(List.of(commands));
    all.add(
        new Command(name + "|help", 2, this::help).docs(group, since, "Tells of the subcommands."));
    subcommands = List.copyOf(all);
    return this;
  }

  private void help(Call call) {
    String shown = name.toUpperCase(Locale.ROOT);
    call.reply().array(1 + 2 * subcommands.size());
    call.reply().simple(shown + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
    for (Command each : subcommands) {
      call.reply().simple(each.name().substring(name.length() + 1).toUpperCase(Locale.ROOT));
      call.reply().simple("    " + each.summary());
    }
  }

  /** Its name, in lower case. */
  public String name() {
    return name;
  }

  /** Number of arguments, see the constructor. */
  public int arity() {
    return arity;
  }

  /** Whether {@code arguments}, the name included, may be right. */
  public boolean takes(int arguments) {
    return arity >= 0 ? arguments == arity : arguments >= -arity;
  }

  /** What it does. */
  public Handler handler() {
    return handler;
  }

  /** How often it ran. */
  public CommandCounters counters() {
    return counters;
  }

  /** Whether it is marked so. */
  public boolean is(CommandFlag flag) {
    return flags.contains(flag);
  }

  /** What is to be known before it runs. */
  public Set<CommandFlag> flags() {
    return flags;
  }

  /** Where its keys are. */
  public KeyPositions keys() {
    return keys;
  }

  /** Where its keys are, by what it does with them. */
  public List<KeySpec> keySpecs() {
    return keySpecs;
  }

  /** What it does with the key at {@code position}, which is one of {@link #keys}. */
  public KeySpec keySpecAt(int position) {
    for (KeySpec spec : keySpecs) {
      if (spec.start() == position) {
        return spec;
      }
    }
    return keySpecs.getFirst();
  }

  /** The first key; 0: none. */
  public int firstKey() {
    return firstKey;
  }

  /** The last key; negative: from the end. */
  public int lastKey() {
    return lastKey;
  }

  /** From one key to the next. */
  public int keyStep() {
    return keyStep;
  }

  /** Group in the documentation. */
  public String group() {
    return group;
  }

  /** Release of Redis that had it first. */
  public String since() {
    return since;
  }

  /** What it is for. */
  public String summary() {
    return summary;
  }

  /** What it is given; empty where that is not told. */
  public List<Argument> arguments() {
    return arguments;
  }

  /** Its subcommands. */
  public List<Command> subcommands() {
    return subcommands;
  }
}
