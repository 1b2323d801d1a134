package io.sheaf.server.acl;

import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Kinds of commands, by which rules name many at once. */
public enum Category {
  /** About keys, whatever their type. */
  KEYSPACE,
  /** Read keys, or rows of the IM layer. */
  READ,
  /** Change keys, or rows of the IM layer. */
  WRITE,
  /** Strings. */
  STRING,
  /** Streams. */
  STREAM,
  /** Messages. */
  IM,
  /** For an operator. */
  ADMIN,
  /** Take a time that does not grow with the data. */
  FAST,
  /** Others. */
  SLOW,
  /** May wait. */
  BLOCKING,
  /** Not for everybody: see or stop what is not one's own, or take long. */
  DANGEROUS,
  /** About connections. */
  CONNECTION,
  /** MULTI and what belongs to it. */
  TRANSACTION,
  /** Single bits of strings. */
  BITMAP,
  /** Of Redis: scripts and functions. */
  SCRIPTING,
  /** Of Redis, and empty here, so that rules which name it are understood, as are those below. */
  SET,
  /** Sorted sets. */
  SORTEDSET,
  /** Lists. */
  LIST,
  /** Hashes. */
  HASH,
  /** HyperLogLogs. */
  HYPERLOGLOG,
  /** Places on earth. */
  GEO,
  /** Channels. */
  PUBSUB;

  private static final Set<String> KEYSPACE_ONES = Set.of("dbsize", "flushall", "flushdb");
  private static final Set<String> CONNECTION_ONES = Set.of("wait");
  private static final Set<String> DANGEROUS_ONES =
      Set.of("flushall", "flushdb", "keys", "info", "im.purge", "im.drop");

  /** As rules name it, without the @. */
  public String shown() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind of this name, in whatever case. */
  public static Optional<Category> named(String name) {
    for (Category category : values()) {
      if (category.shown().equalsIgnoreCase(name)) {
        return Optional.of(category);
      }
    }
    return Optional.empty();
  }

  /**
   * The names of the kinds of a command, as COMMAND tells them; one that only holds subcommands is
   * nothing but slow.
   */
  public static List<String> shown(Command command) {
    List<String> shown = new ArrayList<>();
    for (Category category : values()) {
      if (command.subcommands().isEmpty() ? category.holds(command) : category == SLOW) {
        shown.add("@" + category.shown());
      }
    }
    return shown;
  }

  /** Whether a command is of this kind. */
  boolean holds(Command command) {
    return switch (this) {
      case KEYSPACE -> command.group().equals("generic") || KEYSPACE_ONES.contains(command.name());
      case READ -> command.is(CommandFlag.READONLY);
      case WRITE -> command.is(CommandFlag.WRITE);
      case STRING -> command.group().equals("string");
      case STREAM -> command.group().equals("stream");
      case IM -> command.group().equals("im");
      case ADMIN -> command.is(CommandFlag.ADMIN);
      case FAST -> command.is(CommandFlag.FAST);
      case SLOW -> !command.is(CommandFlag.FAST);
      case BLOCKING -> command.is(CommandFlag.BLOCKING);
      case DANGEROUS -> command.is(CommandFlag.ADMIN) || DANGEROUS_ONES.contains(command.name());
      case CONNECTION ->
          command.group().equals("connection")
              || command.name().startsWith("command|")
              || CONNECTION_ONES.contains(command.name());
      case TRANSACTION -> command.group().equals("transactions");
      case BITMAP -> command.group().equals("bitmap");
      case SCRIPTING -> command.group().equals("scripting");
      case SET, SORTEDSET, LIST, HASH, HYPERLOGLOG, GEO, PUBSUB -> false;
    };
  }
}
