package io.sheaf.server.admin;

import io.sheaf.server.command.CommandException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An option of Redis that means nothing here: it is checked, kept and shown, so that tools which
 * set it go on, and learn of a slip.
 */
enum KeptOption {
  SAVE("", Kind.PERIODS),
  APPENDONLY("yes", Kind.CHOICE, "yes", "no"),
  APPENDFSYNC("everysec", Kind.CHOICE, "everysec", "always", "no"),
  AOF_USE_RDB_PREAMBLE("no", Kind.CHOICE, "yes", "no"),
  AUTO_AOF_REWRITE_PERCENTAGE("0", Kind.NUMBER),
  STREAM_NODE_MAX_BYTES("4096", Kind.BYTES),
  MAXMEMORY("0", Kind.BYTES),
  MAXMEMORY_POLICY(
      "noeviction",
      Kind.CHOICE,
      "volatile-lru",
      "volatile-lfu",
      "volatile-random",
      "volatile-ttl",
      "allkeys-lru",
      "allkeys-lfu",
      "allkeys-random",
      "noeviction");

  private enum Kind {
    CHOICE,
    NUMBER,
    BYTES,
    /** Pairs of seconds and changes. */
    PERIODS
  }

  private final String standard;
  private final Kind kind;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<String> choices;

  KeptOption(String standard, Kind kind, String... choices) {
    this.standard = standard;
    this.kind = kind;
    this.choices = List.of(choices);
  }

  /** Its name in CONFIG. */
  String shown() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Its value where none was set. */
  String standard() {
    return standard;
  }

  /** The option of this name; null: there is none. */
  static @Nullable KeptOption named(String name) {
    for (KeptOption option : values()) {
      if (option.shown().equals(name)) {
        return option;
      }
    }
    return null;
  }

  /** {@code value} as it is shown. */
  String checked(String value) throws CommandException {
    return switch (kind) {
      case CHOICE -> choice(value.toLowerCase(Locale.ROOT));
      case NUMBER -> Long.toString(ConfigNumbers.number(shown(), value, 0, Integer.MAX_VALUE));
      case BYTES -> Long.toString(ConfigNumbers.bytes(shown(), value, 0, Long.MAX_VALUE));
      case PERIODS -> periods(value);
    };
  }

  private String choice(String value) throws CommandException {
    if (choices.contains(value)) {
      return value;
    }
    throw Settings.failed(
        shown(),
        choices.equals(List.of("yes", "no"))
            ? "argument must be 'yes' or 'no'"
            : "argument(s) must be one of the following: " + String.join(", ", choices));
  }

  private String periods(String value) throws CommandException {
    if (value.isBlank()) {
      return "";
    }
    String[] words = value.strip().split(" +", -1);
    for (int i = 0; i < words.length; i++) {
      long least = i % 2 == 0 ? 1 : 0;
      if (words.length % 2 != 0
          || !words[i].matches("\\d{1,9}")
          || Long.parseLong(words[i]) < least) {
        throw Settings.failed(shown(), "Invalid save parameters");
      }
    }
    return String.join(" ", words);
  }
}
