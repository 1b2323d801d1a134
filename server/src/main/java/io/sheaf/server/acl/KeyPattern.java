package io.sheaf.server.acl;

import io.sheaf.server.command.GlobPattern;
import java.nio.charset.StandardCharsets;

/**
 * Keys that a user may read, write, or both.
 *
 * @param text the pattern as it was given
 * @param glob the same, to be compared with
 */
record KeyPattern(String text, boolean reads, boolean writes, GlobPattern glob) {
  static KeyPattern of(String text, boolean reads, boolean writes) {
    return new KeyPattern(
        text, reads, writes, new GlobPattern(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Whether {@code key} may be read, if that is asked, and written, if that is. */
  boolean allows(byte[] key, boolean read, boolean write) {
    return (!read || reads) && (!write || writes) && glob.matches(key);
  }

  /** The same pattern, which allows what {@code other} does too. */
  KeyPattern and(KeyPattern other) {
    return new KeyPattern(text, reads || other.reads, writes || other.writes, glob);
  }

  /** As a rule. */
  String shown() {
    if (reads && writes) {
      return "~" + text;
    }
    return (reads ? "%R~" : "%W~") + text;
  }
}
