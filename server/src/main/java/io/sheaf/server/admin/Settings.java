package io.sheaf.server.admin;

import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.GlobPattern;
import io.sheaf.server.settings.LiveOption;
import io.sheaf.server.settings.LiveOptions;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The options as CONFIG shows and changes them. There are three kinds: those that may be changed
 * while the server runs, those that are fixed once it has started, and those of Redis that mean
 * nothing here: they are kept and shown, so that tools which set them go on.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class Settings {
  private final LiveOptions live;
  private final Map<String, String> fixed;
  private final ConcurrentHashMap<KeptOption, String> kept = new ConcurrentHashMap<>();

  /**
   * The options of a server.
   *
   * @param fixed those that cannot be changed, by name
   */
  public Settings(LiveOptions live, Map<String, String> fixed) {
    this.live = live;
    this.fixed = Map.copyOf(fixed);
  }

  /** The value of an option; empty where there is none. */
  String shown(String name) {
    return all().getOrDefault(name, "");
  }

  /** The options whose names match, by name. */
  Map<String, String> matching(GlobPattern pattern) {
    Map<String, String> found = all();
    found.keySet().removeIf(name -> !pattern.matches(name.getBytes(StandardCharsets.UTF_8)));
    return found;
  }

  private Map<String, String> all() {
    Map<String, String> all = new TreeMap<>(fixed);
    for (KeptOption option : KeptOption.values()) {
      all.put(option.shown(), kept.getOrDefault(option, option.standard()));
    }
    for (LiveOption option : LiveOption.values()) {
      all.put(option.shown(), Long.toString(live.get(option)));
    }
    return all;
  }

  /** Changes options: all of them, or none. */
  void set(Map<String, String> values) throws CommandException {
    Map<LiveOption, Long> numbers = new LinkedHashMap<>();
    Map<KeptOption, String> others = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : values.entrySet()) {
      String name = entry.getKey().toLowerCase(Locale.ROOT);
      LiveOption option = liveOption(name);
      KeptOption other = KeptOption.named(name);
      if (option != null) {
        numbers.put(option, number(option, entry.getValue()));
      } else if (other != null) {
        others.put(other, other.checked(entry.getValue()));
      } else if (name.equals("requirepass")) {
        throw failed(name, "say ACL SETUSER default resetpass >password, and ACL SAVE to keep it");
      } else if (fixed.containsKey(name)) {
        throw failed(name, "can't set immutable config");
      } else {
        throw new CommandException(
            "ERR Unknown option or number of arguments for CONFIG SET - '" + entry.getKey() + "'");
      }
    }
    numbers.forEach(live::set);
    kept.putAll(others);
  }

  /** An error in Redis's words. */
  static CommandException failed(String name, String why) {
    return new CommandException(
        "ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + why);
  }

  private static @Nullable LiveOption liveOption(String name) {
    for (LiveOption option : LiveOption.values()) {
      if (option.shown().equals(name)) {
        return option;
      }
    }
    return null;
  }

  private static long number(LiveOption option, String value) throws CommandException {
    return option.isBytes()
        ? ConfigNumbers.bytes(option.shown(), value, option.lowest(), option.highest())
        : ConfigNumbers.number(option.shown(), value, option.lowest(), option.highest());
  }
}
