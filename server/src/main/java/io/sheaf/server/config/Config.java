package io.sheaf.server.config;

import io.sheaf.engine.DirectMemory;
import io.sheaf.im.ImOptions;
import io.sheaf.im.limit.Rate;
import io.sheaf.im.limit.Rates;
import io.sheaf.im.table.Kept;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.LogRetention;
import io.sheaf.server.ClientLimits;
import io.sheaf.server.ServerOptions;
import io.sheaf.server.settings.LiveOption;
import io.sheaf.server.tls.TlsOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a config file says. A line is a name, blanks or tabs, and a value; empty lines and those
 * that begin with # say nothing.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class Config {
  /** All options at their defaults. */
  public static final Config STANDARD = new Config(Map.of());

  private static final int LINE_WIDTH = 100;
  private static final int WRITE_BUFFER_PART = 4;

  /** A quarter of it is the smallest write buffer of the engine, 64 KB. */
  private static final long LEAST_MEMORY_BYTES = 256 << 10;

  private static final long LARGEST_BODY_BYTES = 16 << 20;
  private static final int LAST_PORT = 65_535;
  private static final int MOST_WORKERS = 1_024;
  private static final String DURATION = "0, or a number with ms, s, m, h or d, such as 7d";

  private final EnumMap<ConfigOption, String> values = new EnumMap<>(ConfigOption.class);

  private Config(Map<ConfigOption, String> values) {
    this.values.putAll(values);
  }

  /**
   * Reads the lines of a file.
   *
   * @param file its name, for errors
   * @throws IllegalArgumentException when a line says nothing that is known; names file and line
   */
  public static Config parse(String file, List<String> lines) {
    EnumMap<ConfigOption, String> values = new EnumMap<>(ConfigOption.class);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int blank = blank(line);
      String name = line.substring(0, blank);
      String value = line.substring(blank).strip();
      String place = file + ":" + (i + 1) + ": ";
      if (values.put(option(place, name), value) != null) {
        throw new IllegalArgumentException(place + name + " is set twice");
      }
    }
    return new Config(values);
  }

  /** Where the name of an option ends: at a blank or a tab, or with the line. */
  private static int blank(String line) {
    int at = 0;
    while (at < line.length() && !Character.isWhitespace(line.charAt(at))) {
      at++;
    }
    return at;
  }

  private static ConfigOption option(String place, String name) {
    String meant = "";
    for (ConfigOption option : ConfigOption.values()) {
      if (option.shown().equals(name)) {
        return option;
      }
      if (letters(option.shown()).equals(letters(name))) {
        meant = "; did you mean " + option.shown();
      }
    }
    throw new IllegalArgumentException(
        place + "no option '" + name + "'" + meant + "; sheaf serve --print-config shows all");
  }

  /** A name without what others write otherwise: maxclients, max_clients, port:. */
  private static String letters(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
  }

  /** The same with another value of an option. */
  public Config with(ConfigOption option, String value) {
    Config other = new Config(values);
    other.values.put(option, value);
    return other;
  }

  /** The value of an option. */
  public String get(ConfigOption option) {
    return values.getOrDefault(option, option.standard());
  }

  /** What the server is to be. */
  public ServerOptions server() {
    String password = get(ConfigOption.PASSWORD);
    int workers = number(ConfigOption.WORKERS, 0, MOST_WORKERS);
    return new ServerOptions(
        get(ConfigOption.BIND),
        number(ConfigOption.PORT, 0, LAST_PORT),
        workers == 0 ? ServerOptions.DEFAULT.workers() : workers,
        number(ConfigOption.MAX_CLIENTS, 1, (int) LiveOption.MAXCLIENTS.highest()),
        new ClientLimits(
            bytes(ConfigOption.MAXMEMORY_CLIENTS, LiveOption.MAXMEMORY_CLIENTS),
            bytes(ConfigOption.PROTO_MAX_BULK_LEN, LiveOption.PROTO_MAX_BULK_LEN),
            bytes(ConfigOption.CLIENT_QUERY_BUFFER_LIMIT, LiveOption.CLIENT_QUERY_BUFFER_LIMIT)),
        password.isEmpty() ? null : password,
        isYes(ConfigOption.ALLOW_FLUSH),
        isYes(ConfigOption.ALLOW_DEBUG),
        path(ConfigOption.ACL_FILE),
        tls(),
        get(ConfigOption.METRICS_BIND),
        get(ConfigOption.METRICS_PORT).isEmpty()
            ? OptionalInt.empty()
            : OptionalInt.of(number(ConfigOption.METRICS_PORT, 0, LAST_PORT)),
        im());
  }

  private ImOptions im() {
    return ImOptions.DEFAULT
        .withKept(
            new Kept(
                kept(ConfigOption.IM_EVENTS_KEPT, Duration.ofMinutes(10), "10m or more"),
                kept(ConfigOption.IM_DEVICES_KEPT, Duration.ofMinutes(10), "10m or more"),
                kept(ConfigOption.IM_ANSWERS_KEPT, Duration.ofDays(1), "1d or more"),
                duration(ConfigOption.IM_MESSAGES_KEPT).isZero()
                    ? Duration.ZERO
                    : kept(
                        ConfigOption.IM_MESSAGES_KEPT,
                        Duration.ofMinutes(10),
                        "0, or 10m or more")))
        .withRebaseEvents(number(ConfigOption.IM_REBASE_EVENTS, 1, Integer.MAX_VALUE))
        .withLargeMembers(number(ConfigOption.IM_LARGE_MEMBERS, 1, Integer.MAX_VALUE))
        .withWindow(window())
        .withMostBodyBytes((int) bytes(ConfigOption.IM_BODY, 1, LARGEST_BODY_BYTES))
        .withRates(
            new Rates(
                rate(ConfigOption.IM_USER_RATE),
                rate(ConfigOption.IM_CONVERSATION_RATE),
                rate(ConfigOption.IM_CLIENT_RATE),
                rate(ConfigOption.IM_APPLICATION_RATE)));
  }

  private Duration window() {
    Duration window = duration(ConfigOption.IM_WINDOW);
    try {
      return ImOptions.DEFAULT.withWindow(window).window();
    } catch (IllegalArgumentException e) {
      throw wrong(ConfigOption.IM_WINDOW, "0, or 1ms to 1m", e);
    }
  }

  private Duration kept(ConfigOption option, Duration least, String wanted) {
    Duration kept = duration(option);
    if (kept.compareTo(least) < 0) {
      throw wrong(option, wanted);
    }
    return kept;
  }

  private Duration duration(ConfigOption option) {
    String value = get(option);
    int digits = 0;
    while (digits < value.length() && Character.isDigit(value.charAt(digits))) {
      digits++;
    }
    try {
      long number = Long.parseLong(value.substring(0, digits));
      return switch (value.substring(digits)) {
        case "ms" -> Duration.ofMillis(number);
        case "s" -> Duration.ofSeconds(number);
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        case "d" -> Duration.ofDays(number);
        default -> {
          if (number != 0 || digits < value.length()) {
            throw wrong(option, DURATION); // a number of what?
          }
          yield Duration.ZERO;
        }
      };
    } catch (NumberFormatException | ArithmeticException e) {
      throw wrong(option, DURATION, e);
    }
  }

  private Rate rate(ConfigOption option) {
    String value = get(option);
    if (value.isEmpty()) {
      return Rate.UNLIMITED;
    }
    int slash = value.indexOf('/');
    try {
      double perSecond = Double.parseDouble(slash < 0 ? value : value.substring(0, slash));
      double burst =
          slash < 0 ? Math.max(1, perSecond) : Double.parseDouble(value.substring(slash + 1));
      return new Rate(perSecond, burst);
    } catch (IllegalArgumentException e) { // no numbers, or none that mean something
      throw wrong(
          option, "messages a second, such as 5, or with a burst of 1 or more, such as 5/20", e);
    }
  }

  private @Nullable TlsOptions tls() {
    Path certificate = path(ConfigOption.TLS_CERTIFICATE);
    Path key = path(ConfigOption.TLS_KEY);
    if (certificate == null && key == null) {
      return null;
    }
    if (certificate == null || key == null) {
      throw new IllegalArgumentException(
          "tls-certificate and tls-key belong together: set both, or none");
    }
    return new TlsOptions(
        certificate, key, path(ConfigOption.TLS_AUTHORITIES), clientCertificates());
  }

  private TlsOptions.ClientCertificates clientCertificates() {
    for (TlsOptions.ClientCertificates choice : TlsOptions.ClientCertificates.values()) {
      if (choice.name().toLowerCase(Locale.ROOT).equals(get(ConfigOption.TLS_CLIENTS))) {
        return choice;
      }
    }
    throw wrong(ConfigOption.TLS_CLIENTS, "no, optional or required");
  }

  private @Nullable Path path(ConfigOption option) {
    return get(option).isEmpty() ? null : Path.of(get(option));
  }

  /** What the store is to be. */
  public DbOptions store() {
    return DbOptions.DEFAULT
        .withMemory(memoryBytes(), writeBufferBytes())
        .withDurability(durability())
        .withBufferedMillis(number(ConfigOption.BUFFERED_MILLIS, 1, Integer.MAX_VALUE))
        .withLogRetention(
            new LogRetention(
                bytes(ConfigOption.LOG_KEPT, 0, Long.MAX_VALUE),
                duration(ConfigOption.LOG_KEPT_FOR).toMillis()));
  }

  private long memoryBytes() {
    return bytes(ConfigOption.MEMORY, LEAST_MEMORY_BYTES, Long.MAX_VALUE);
  }

  /**
   * Checks that the JVM allows the store its memory.
   *
   * @param allowed what it allows off the heap, in bytes
   * @throws IllegalArgumentException when it does not; says what to do
   */
  public void checkMemory(long allowed) {
    long memory = memoryBytes();
    if (memory > allowed) {
      throw wrong(
          ConfigOption.MEMORY,
          "at most "
              + (allowed >> 20)
              + "m, which the JVM allows off the heap (start it with SHEAF_JAVA_OPTS="
              + DirectMemory.OPTION
              + Math.ceilDiv(memory, 1L << 20)
              + "m to allow more)");
    }
  }

  private long writeBufferBytes() {
    long memory = memoryBytes();
    if (get(ConfigOption.WRITE_BUFFER).isEmpty()) {
      return memory / WRITE_BUFFER_PART;
    }
    long buffer =
        bytes(ConfigOption.WRITE_BUFFER, LEAST_MEMORY_BYTES / WRITE_BUFFER_PART, Long.MAX_VALUE);
    if (buffer > memory) {
      throw wrong(
          ConfigOption.WRITE_BUFFER, "a part of memory, which is " + get(ConfigOption.MEMORY));
    }
    return buffer;
  }

  /** Whether log lines are JSON. */
  public boolean logsJson() {
    return switch (get(ConfigOption.LOG_FORMAT)) {
      case "json" -> true;
      case "text" -> false;
      default -> throw wrong(ConfigOption.LOG_FORMAT, "text or json");
    };
  }

  /** When a write is answered. */
  public Durability durability() {
    for (Durability durability : Durability.values()) {
      if (durability.name().toLowerCase(Locale.ROOT).equals(get(ConfigOption.DURABILITY))) {
        return durability;
      }
    }
    throw wrong(ConfigOption.DURABILITY, "sync, written or buffered");
  }

  /** A file with all options, what they mean, and their values here; the password is not shown. */
  public String shown() {
    StringBuilder text = new StringBuilder();
    for (ConfigOption option : ConfigOption.values()) {
      StringBuilder line = new StringBuilder("#");
      for (String word : option.meaning().split(" ", -1)) {
        if (line.length() + word.length() >= LINE_WIDTH) {
          text.append(line).append('\n');
          line = new StringBuilder("#");
        }
        line.append(' ').append(word);
      }
      text.append(line).append('\n');
      boolean secret = option == ConfigOption.PASSWORD && !get(option).isEmpty();
      text.append(
          secret
              ? "# password (set, and not shown)"
              : (option.shown() + " " + get(option)).strip());
      text.append("\n\n");
    }
    return text.toString();
  }

  private int number(ConfigOption option, int least, int most) {
    try {
      int number = Integer.parseInt(get(option));
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw wrong(
        option,
        most == Integer.MAX_VALUE
            ? "a number from " + least + " on"
            : "a number from " + least + " to " + most);
  }

  private boolean isYes(ConfigOption option) {
    return switch (get(option)) {
      case "yes" -> true;
      case "no" -> false;
      default -> throw wrong(option, "yes or no");
    };
  }

  private long bytes(ConfigOption option, LiveOption limits) {
    return bytes(option, limits.lowest(), limits.highest());
  }

  private long bytes(ConfigOption option, long least, long most) {
    long bytes = bytes(option);
    if (bytes < least || bytes > most) {
      throw wrong(
          option,
          most == Long.MAX_VALUE ? shown(least) + " or more" : shown(least) + " to " + shown(most));
    }
    return bytes;
  }

  /** Bytes as they are written in the file. */
  private static String shown(long bytes) {
    int unit = bytes == 0 ? 0 : Math.min(3, Long.numberOfTrailingZeros(bytes) / 10);
    return (bytes >> (10 * unit)) + (unit == 0 ? "" : "kmg".substring(unit - 1, unit));
  }

  private long bytes(ConfigOption option) {
    String value = get(option);
    int unit = value.isEmpty() ? -1 : "kmg".indexOf(value.charAt(value.length() - 1));
    try {
      long number = Long.parseLong(unit < 0 ? value : value.substring(0, value.length() - 1));
      return Math.multiplyExact(number, 1L << (10 * (unit + 1)));
    } catch (NumberFormatException | ArithmeticException e) {
      throw wrong(option, "a number of bytes such as 512m");
    }
  }

  private IllegalArgumentException wrong(ConfigOption option, String wanted, Exception cause) {
    IllegalArgumentException wrong = wrong(option, wanted);
    wrong.initCause(cause);
    return wrong;
  }

  private IllegalArgumentException wrong(ConfigOption option, String wanted) {
    return new IllegalArgumentException(
        "option " + option.shown() + " must be " + wanted + ", not '" + get(option) + "'");
  }
}
