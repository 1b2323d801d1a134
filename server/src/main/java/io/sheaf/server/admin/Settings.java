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
  private static final Map<String, String> WITHOUT_EFFECT =
      Map.of(
          "save", "",
          "appendonly", "yes",
          "appendfsync", "everysec",
          "aof-use-rdb-preamble", "no",
          "auto-aof-rewrite-percentage", "0",
          "stream-node-max-bytes", "4096",
          "maxmemory", "0",
          "maxmemory-policy", "noeviction");

  private final LiveOptions live;
  private final Map<String, String> fixed;
  private final ConcurrentHashMap<String, String> withoutEffect =
      new ConcurrentHashMap<>(WITHOUT_EFFECT);

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
    Map<String, String> all = new TreeMap<>(withoutEffect);
    all.putAll(fixed);
    for (LiveOption option : LiveOption.values()) {
      all.put(option.shown(), Long.toString(live.get(option)));
    }
    return all;
  }

  /** Changes options: all of them, or none. */
  void set(Map<String, String> values) throws CommandException {
    Map<LiveOption, Long> numbers = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : values.entrySet()) {
      String name = entry.getKey().toLowerCase(Locale.ROOT);
      LiveOption option = liveOption(name);
      if (option != null) {
        numbers.put(option, number(option, entry.getValue()));
      } else if (fixed.containsKey(name)) {
        throw failed(name, "can't set immutable config");
      } else if (!WITHOUT_EFFECT.containsKey(name)) {
        throw new CommandException(
            "ERR Unknown option or number of arguments for CONFIG SET - '" + entry.getKey() + "'");
      }
    }
    numbers.forEach(live::set);
    values.forEach((name, value) ->
        withoutEffect.computeIfPresent(name.toLowerCase(Locale.ROOT), (n, v) -> value));
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
    long number;
    try {
      number = option.isBytes() ? bytes(value) : Long.parseLong(value);
    } catch (NumberFormatException | ArithmeticException e) {
      throw failed(
          option.shown(),
          option.isBytes()
              ? "argument must be a memory value"
              : "argument couldn't be parsed into an integer");
    }
    if (number < option.lowest() || number > option.highest()) {
      throw failed(
          option.shown(),
          "argument must be between "
              + option.lowest()
              + " and "
              + option.highest()
              + " inclusive");
    }
    return number;
  }

  private static long bytes(String value) {
    String text = value.toLowerCase(Locale.ROOT);
    String[] units = {"kb", "mb", "gb", "k", "m", "g", "b"};
    long[] sizes = {1 << 10, 1 << 20, 1 << 30, 1_000, 1_000_000, 1_000_000_000, 1};
    for (int i = 0; i < units.length; i++) {
      if (text.endsWith(units[i])) {
        String number = text.substring(0, text.length() - units[i].length());
        return Math.multiplyExact(Long.parseLong(number), sizes[i]);
      }
    }
    return Long.parseLong(text);
  }
}
