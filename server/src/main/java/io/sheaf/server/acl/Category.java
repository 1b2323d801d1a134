package io.sheaf.server.acl;

import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandFlag;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Kinds of commands, by which rules name many at once. */
enum Category {
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
  TRANSACTION;

  private static final Set<String> DANGEROUS_ONES =
      Set.of("flushall", "flushdb", "keys", "info", "im.purge", "im.drop");

  /** As rules name it, without the @. */
  String shown() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Category> named(String name) {
    for (Category category : values()) {
      if (category.shown().equalsIgnoreCase(name)) {
        return Optional.of(category);
      }
    }
    return Optional.empty();
  }

  /** Whether a command is of this kind. */
  boolean holds(Command command) {
    return switch (this) {
      case KEYSPACE -> command.group().equals("generic");
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
      case CONNECTION -> command.group().equals("connection");
      case TRANSACTION -> command.group().equals("transactions");
    };
  }
}
