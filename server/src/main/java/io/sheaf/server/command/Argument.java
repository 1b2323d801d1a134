package io.sheaf.server.command;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An argument of a command, as COMMAND DOCS tells of it.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param name what it is, in lower case
 * @param type what it looks like
 * @param token the word before it, in upper case; of a WORD the word itself; null: none
 * @param isOptional whether it may be left out
 * @param isMultiple whether more of it may follow
 * @param parts of a BLOCK and a CHOICE
 */
public record Argument(
    String name,
    Type type,
    @Nullable String token,
    boolean isOptional,
    boolean isMultiple,
    List<Argument> parts) {
  /** What an argument looks like. */
  public enum Type {
    /** A key: what a request is routed by. */
    KEY("key"),
    /** Bytes. */
    TEXT("string"),
    /** A whole number. */
    INTEGER("integer"),
    /** A word of the command's own. */
    WORD("pure-token"),
    /** Arguments that follow one another. */
    BLOCK("block"),
    /** One of several. */
    CHOICE("oneof");

    private final String shown;

    Type(String shown) {
      this.shown = shown;
    }

    /** As COMMAND DOCS shows it. */
    public String shown() {
      return shown;
    }
  }

  /** Takes a copy of the parts. */
  public Argument {
    parts = List.copyOf(parts);
  }

  /** A key. */
  public static Argument key(String name) {
    return of(name, Type.KEY);
  }

  /** Bytes. */
  public static Argument text(String name) {
    return of(name, Type.TEXT);
  }

  /** A whole number. */
  public static Argument integer(String name) {
    return of(name, Type.INTEGER);
  }

  /** A word of the command's own, in upper case. */
  public static Argument word(String word) {
    return of(word.toLowerCase(Locale.ROOT), Type.WORD).token(word);
  }

  /** Arguments that follow one another. */
  public static Argument block(String name, Argument... parts) {
    return new Argument(name, Type.BLOCK, null, false, false, List.of(parts));
  }

  /** One of several. */
  public static Argument choice(String name, Argument... parts) {
    return new Argument(name, Type.CHOICE, null, false, false, List.of(parts));
  }

  private static Argument of(String name, Type type) {
    return new Argument(name, type, null, false, false, List.of());
  }

  /** The same behind a word, in upper case. */
  public Argument token(String token) {
    return new Argument(name, type, token, isOptional, isMultiple, parts);
  }

  /** The same, that may be left out. */
  public Argument optional() {
    return new Argument(name, type, token, true, isMultiple, parts);
  }

  /** The same, of which more may follow. */
  public Argument multiple() {
    return new Argument(name, type, token, isOptional, true, parts);
  }

  /** How many words it takes at least. */
  public int words() {
    int own =
        switch (type) {
          case KEY, TEXT, INTEGER -> 1;
          case WORD -> 0;
          case BLOCK ->
              parts.stream().filter(part -> !part.isOptional()).mapToInt(Argument::words).sum();
          case CHOICE -> parts.stream().mapToInt(Argument::words).min().orElse(0);
        };
    return token == null ? own : own + 1;
  }
}
