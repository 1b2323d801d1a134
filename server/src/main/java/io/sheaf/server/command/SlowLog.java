package io.sheaf.server.command;

import io.sheaf.server.client.Client;
import io.sheaf.server.settings.LiveOption;
import io.sheaf.server.settings.LiveOptions;
import io.sheaf.server.wire.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The last commands that took long, with the beginning of their arguments.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class SlowLog {
  private static final int MOST_ARGUMENTS = 32;
  private static final int MOST_BYTES = 128;

  private final LiveOptions options;
  private final ArrayDeque<Entry> newestFirst = new ArrayDeque<>();
  private long nextId;

  SlowLog(LiveOptions options) {
    this.options = options;
  }

  /**
   * A command that took long.
   *
   * @param id rises by one from entry to entry
   * @param atMillis when it ended, in milliseconds since 1970
   * @param micros how long it took
   * @param arguments its arguments, shortened
   * @param address where its client connected from
   * @param name of its client
   */
  public record Entry(
      long id, long atMillis, long micros, List<byte[]> arguments, String address, String name) {}

  /** Notes a command if it took long; {@code secret}: without its arguments. */
  void note(Client client, Request request, boolean secret, long micros, long nowMillis) {
    long threshold = options.get(LiveOption.SLOWLOG_LOG_SLOWER_THAN);
    long most = options.get(LiveOption.SLOWLOG_MAX_LEN);
    if (threshold < 0 || micros < threshold || most == 0) {
      return;
    }
    List<byte[]> arguments = secret ? redacted(request) : shortened(request);
    synchronized (newestFirst) {
      newestFirst.addFirst(
          new Entry(nextId++, nowMillis, micros, arguments, client.address(), client.name()));
      while (newestFirst.size() > most) {
        newestFirst.removeLast();
      }
    }
  }

  /** The name and the subcommand, and what stands for the rest. */
  private static List<byte[]> redacted(Request request) {
    List<byte[]> arguments = new ArrayList<>();
    for (int i = 0; i < request.count() && i < MOST_ARGUMENTS; i++) {
      arguments.add(i < 2 ? request.bytes(i) : ascii("(redacted)"));
    }
    return arguments;
  }

  private static List<byte[]> shortened(Request request) {
    List<byte[]> arguments = new ArrayList<>();
    int shown = request.count() > MOST_ARGUMENTS ? MOST_ARGUMENTS - 1 : request.count();
    for (int i = 0; i < shown; i++) {
      byte[] argument = request.bytes(i);
      arguments.add(
          argument.length <= MOST_BYTES
              ? argument
              : joined(argument, "... (" + (argument.length - MOST_BYTES) + " more bytes)"));
    }
    if (shown < request.count()) {
      arguments.add(ascii("... (" + (request.count() - shown) + " more arguments)"));
    }
    return arguments;
  }

  private static byte[] joined(byte[] argument, String rest) {
    byte[] joined = Arrays.copyOf(argument, MOST_BYTES + rest.length());
    System.arraycopy(ascii(rest), 0, joined, MOST_BYTES, rest.length());
    return joined;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The newest entries, the newest first. */
  public List<Entry> newest(long most) {
    synchronized (newestFirst) {
      return newestFirst.stream().limit(most).toList();
    }
  }

  /** How many there are. */
  public int size() {
    synchronized (newestFirst) {
      return newestFirst.size();
    }
  }

  /** Forgets all. */
  public void clear() {
    synchronized (newestFirst) {
      newestFirst.clear();
    }
  }
}
