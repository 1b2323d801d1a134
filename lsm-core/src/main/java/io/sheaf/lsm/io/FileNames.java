package io.sheaf.lsm.io;

import java.util.Optional;

/**
 * Names of the files in a store's directory: a number of six digits or more, a dot and the kind
 * ({@code 000017.sst}); besides these, {@link #CURRENT} and {@link #LOCK}. An SSTable has a name
 * that says so ({@code 000017.sst.unfinished}) until it is whole and all that it refers to is
 * durable.
 */
public final class FileNames {
  /** Names the manifest in use. */
  public static final String CURRENT = "CURRENT";

  /** What becomes {@link #CURRENT}. */
  public static final String NEXT_CURRENT = CURRENT + ".next";

  /** Held while the store is open. */
  public static final String LOCK = "LOCK";

  private static final String UNFINISHED = ".unfinished";

  private FileNames() {}

  /** A file's number and kind, as its name tells. */
  public record Numbered(long number, FileKind kind) {}

  /** Name of the file of this kind and number. */
  public static String of(FileKind kind, long number) {
    String digits = Long.toString(number);
    return "0".repeat(Math.max(0, 6 - digits.length())) + digits + "." + kind.extension();
  }

  /** Name of the file of this kind and number while it is not complete. */
  public static String ofUnfinished(FileKind kind, long number) {
    return of(kind, number) + UNFINISHED;
  }

  /** What {@code name} tells where {@link #ofUnfinished} gave it, nothing where it did not. */
  public static Optional<Numbered> parseUnfinished(String name) {
    return name.endsWith(UNFINISHED)
        ? parse(name.substring(0, name.length() - UNFINISHED.length()))
        : Optional.empty();
  }

  /** What {@code name} tells, nothing where it is no such name. */
  public static Optional<Numbered> parse(String name) {
    int dot = name.indexOf('.');
    if (dot < 6 || dot > 18 || !name.chars().limit(dot).allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    for (FileKind kind : FileKind.values()) {
      if (name.substring(dot + 1).equals(kind.extension())) {
        long number = Long.parseLong(name.substring(0, dot));
        return of(kind, number).equals(name)
            ? Optional.of(new Numbered(number, kind))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }
}
