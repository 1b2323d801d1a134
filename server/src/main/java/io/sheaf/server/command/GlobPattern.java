package io.sheaf.server.command;

/**
 * A pattern as KEYS takes it: {@code *}, {@code ?}, {@code [abc]}, {@code [^a-z]}, and a backslash
 * before what stands for itself. Takes time in proportion to pattern times text at most.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class GlobPattern {
  private final byte[] pattern;

  /** The pattern that {@code pattern} shows; any bytes are one. */
  public GlobPattern(byte[] pattern) {
    this.pattern = pattern.clone();
  }

  /** Whether all of {@code text} matches. */
  public boolean matches(byte[] text) {
    int at = 0;
    int in = 0;
    int starAt = -1;
    int starIn = 0;
    while (in < text.length) {
      if (at < pattern.length && pattern[at] == '*') {
        starAt = at++;
        starIn = in;
      } else if (at < pattern.length && matchesOne(at, text[in])) {
        at = behind(at);
        in++;
      } else if (starAt >= 0) {
        at = starAt + 1;
        in = ++starIn;
      } else {
        return false;
      }
    }
    while (at < pattern.length && pattern[at] == '*') {
      at++;
    }
    return at == pattern.length;
  }

  private boolean matchesOne(int at, byte b) {
    return switch (pattern[at]) {
      case '?' -> true;
      case '[' -> classHolds(at, b);
      case '\\' -> at + 1 < pattern.length ? pattern[at + 1] == b : b == '\\';
      default -> pattern[at] == b;
    };
  }

  private int behind(int at) {
    return switch (pattern[at]) {
      case '[' -> classEnd(at);
      case '\\' -> Math.min(at + 2, pattern.length);
      default -> at + 1;
    };
  }

  /** Index behind the class that begins at {@code at}; a class without an end goes to the end. */
  private int classEnd(int at) {
    int i = at + 1;
    while (i < pattern.length && pattern[i] != ']') {
      i += pattern[i] == '\\' ? 2 : 1;
    }
    return Math.min(i + 1, pattern.length);
  }

  private boolean classHolds(int at, byte b) {
    int i = at + 1;
    boolean negated = i < pattern.length && pattern[i] == '^';
    if (negated) {
      i++;
    }
    boolean holds = false;
    int wanted = Byte.toUnsignedInt(b);
    while (i < pattern.length && pattern[i] != ']') {
      if (pattern[i] == '\\' && i + 1 < pattern.length) {
        i++;
        holds |= pattern[i] == b;
      } else if (i + 2 < pattern.length && pattern[i + 1] == '-') {
        int low = Byte.toUnsignedInt(pattern[i]);
        int high = Byte.toUnsignedInt(pattern[i + 2]);
        holds |= wanted >= Math.min(low, high) && wanted <= Math.max(low, high);
        i += 2;
      } else {
        holds |= pattern[i] == b;
      }
      i++;
    }
    return holds != negated;
  }
}
