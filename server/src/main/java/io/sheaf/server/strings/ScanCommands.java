package io.sheaf.server.strings;

import static io.sheaf.server.command.CommandFlag.READONLY;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.GlobPattern;
import io.sheaf.server.keyspace.KeyPlace;
import io.sheaf.server.keyspace.KeyScan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * SCAN, KEYS and RANDOMKEY. Keys are in order of their places, and the cursor of SCAN is the place
 * to go on from: a key that is there from the first step to the last is shown, whatever comes and
 * goes beside it.
 */
final class ScanCommands {
  private static final String GROUP = "generic";
  private static final int DEFAULT_COUNT = 10;
  private static final long MOST_AT_ONCE = 100_000;
  private static final long MOST_BYTES = 4 << 20;

  private ScanCommands() {}

  static void addTo(CommandTable table) {
    table.add(
        new Command("scan", -2, ScanCommands::scan)
            .flags(READONLY)
            .docs(GROUP, "2.8.0", "Goes through the keys, some at a time."));
    table.add(
        new Command("keys", 2, ScanCommands::keys)
            .flags(READONLY)
            .docs(GROUP, "1.0.0", "Returns all keys that match a pattern."));
    table.add(
        new Command("randomkey", 1, ScanCommands::random)
            .flags(READONLY)
            .docs(GROUP, "1.0.0", "Returns some key."));
  }

  private static void scan(Call call) throws CommandException, IOException {
    long place = cursor(call.text(1));
    long count = DEFAULT_COUNT;
    GlobPattern pattern = null;
    String type = null;
    for (int i = 2; i < call.count(); i += 2) {
      if (i + 1 == call.count()) {
        throw CommandException.syntax();
      } else if (call.is(i, "count")) {
        count = call.integer(i + 1);
        if (count < 1) {
          throw CommandException.syntax();
        }
      } else if (call.is(i, "match")) {
        pattern = new GlobPattern(call.bytes(i + 1));
      } else if (call.is(i, "type")) {
        type = call.text(i + 1).toLowerCase(Locale.ROOT);
      } else {
        throw CommandException.syntax();
      }
    }
    List<byte[]> found = new ArrayList<>();
    long most = Math.min(count, MOST_AT_ONCE);
    long next = 0;
    long last = 0;
    long foundBytes = 0;
    try (KeyScan keys = new KeyScan(call.rows(), place)) {
      for (long seen = 0; keys.next(); seen++) {
        if ((seen >= most || foundBytes >= MOST_BYTES)
            && keys.place() != last) { // keys of one place are shown together
          next = keys.place();
          break;
        }
        last = keys.place();
        if (keys.isLive() && shows(keys, pattern, type)) {
          found.add(keys.key());
          foundBytes += keys.key().length;
        }
      }
    }
    call.reply().array(2);
    call.reply().bulk(Long.toUnsignedString(next));
    call.reply().array(found.size());
    found.forEach(call.reply()::bulk);
  }

  private static long cursor(String text) throws CommandException {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new CommandException("ERR invalid cursor");
    }
  }

  private static boolean shows(KeyScan keys, @Nullable GlobPattern pattern, @Nullable String type) {
    return (pattern == null || pattern.matches(keys.key()))
        && (type == null || keys.head().type().equals(type));
  }

  private static void keys(Call call) throws CommandException, IOException {
    GlobPattern pattern = new GlobPattern(call.bytes(1));
    int mark = call.reply().mark();
    int count = 0;
    try (KeyScan keys = new KeyScan(call.rows(), 0)) {
      while (keys.next()) {
        if (keys.isLive() && pattern.matches(keys.key())) {
          call.reply().bulk(keys.key());
          count++;
        }
      }
    }
    call.reply().arrayBegunAt(mark, count);
  }

  private static void random(Call call) throws IOException {
    byte[] salt =
        Long.toString(ThreadLocalRandom.current().nextLong()).getBytes(StandardCharsets.US_ASCII);
    byte[] found = firstFrom(call, KeyPlace.of(salt));
    if (found == null) {
      found = firstFrom(call, 0);
    }
    if (found == null) {
      call.reply().none();
    } else {
      call.reply().bulk(found);
    }
  }

  private static byte @Nullable [] firstFrom(Call call, long place) throws IOException {
    try (KeyScan keys = new KeyScan(call.rows(), place)) {
      while (keys.next()) {
        if (keys.isLive()) {
          return keys.key();
        }
      }
    }
    return null;
  }
}
