package io.sheaf.server.acl;

import io.sheaf.server.command.Command;
import java.util.ArrayList;
import java.util.List;

/**
 * Which commands may be run on which keys. A user has one, and may have more: what one of them
 * allows as a whole is allowed.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param commands which commands
 * @param keys on which keys
 * @param channels patterns of channels, which are taken and shown: there are no channels here
 */
record Selector(CommandRules commands, List<KeyPattern> keys, List<String> channels) {
  /** Nothing. */
  static final Selector NONE = new Selector(CommandRules.NONE, List.of(), List.of());

  Selector {
    keys = List.copyOf(keys);
    channels = List.copyOf(channels);
  }

  Selector with(CommandRules commands) {
    return new Selector(commands, keys, channels);
  }

  /** What a pattern allows is added to what the same pattern has allowed before. */
  Selector withKey(KeyPattern pattern) {
    List<KeyPattern> more = new ArrayList<>(keys);
    for (int i = 0; i < more.size(); i++) {
      KeyPattern before = more.get(i);
      if (before.text().equals(pattern.text())) {
        more.set(i, before.and(pattern));
        return new Selector(commands, more, channels);
      }
    }
    more.add(pattern);
    return new Selector(commands, more, channels);
  }

  Selector withoutKeys() {
    return new Selector(commands, List.of(), channels);
  }

  Selector withChannel(String pattern) {
    List<String> more = new ArrayList<>(channels);
    if (!more.contains(pattern)) {
      more.add(pattern);
    }
    return new Selector(commands, keys, more);
  }

  Selector withoutChannels() {
    return new Selector(commands, keys, List.of());
  }

  boolean hasAllKeys() {
    for (KeyPattern pattern : keys) { // asked for each command, so nothing is allocated
      if (isAll(pattern)) {
        return true;
      }
    }
    return false;
  }

  boolean hasAllChannels() {
    return channels.contains("*");
  }

  private static boolean isAll(KeyPattern pattern) {
    return pattern.text().equals("*") && pattern.reads() && pattern.writes();
  }

  boolean allow(Command command) {
    return commands.allow(command);
  }

  boolean allow(byte[] key, boolean read, boolean write) {
    for (KeyPattern pattern : keys) {
      if (isAll(pattern) || pattern.allows(key, read, write)) {
        return true;
      }
    }
    return false;
  }

  String shownKeys() {
    return String.join(" ", keys.stream().map(KeyPattern::shown).toList());
  }

  String shownChannels() {
    return String.join(" ", channels.stream().map(pattern -> "&" + pattern).toList());
  }

  /** As rules. */
  String shown() {
    StringBuilder text = new StringBuilder(shownKeys());
    if (!text.isEmpty()) {
      text.append(' ');
    }
    if (!hasAllChannels()) {
      text.append("resetchannels ");
    }
    text.append(shownChannels());
    if (!channels.isEmpty()) {
      text.append(' ');
    }
    return text.append(commands.shown()).toString();
  }
}
