package io.sheaf.server.admin;

import static io.sheaf.server.command.CommandFlag.ADMIN;
import static io.sheaf.server.command.CommandFlag.NO_MULTI;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.GlobPattern;
import io.sheaf.server.command.Handler;
import io.sheaf.server.keyspace.ExpirySweep;
import io.sheaf.server.keyspace.KeyLocks;
import io.sheaf.server.keyspace.KeyPlace;
import io.sheaf.server.keyspace.KeyRow;
import io.sheaf.server.keyspace.KeyRowSize;
import io.sheaf.server.keyspace.Keyspace;
import io.sheaf.server.keyspace.StringRow;
import io.sheaf.server.keyspace.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DEBUG, for tests of clients and of this server; off unless it is allowed.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class DebugCommands {
  private static final Logger LOGGER = LoggerFactory.getLogger(DebugCommands.class);
  private static final int LONGEST_LOG = 1_000;
  private static final long MOST_VALUE_BYTES = 1 << 20;

  private final ExpirySweep sweep;

  private DebugCommands(ExpirySweep sweep) {
    this.sweep = sweep;
  }

  /**
   * Adds them to {@code table}.
   *
   * @param allowed else each is refused
   */
  public static void addTo(CommandTable table, ExpirySweep sweep, boolean allowed) {
    DebugCommands commands = new DebugCommands(sweep);
    table.add(
        new Command("debug", -2, call -> {})
            .docs("server", "1.0.0", "For tests.")
            .subcommands(
                sub("sleep", 3, DebugCommands::sleep, allowed, "Keeps a worker for seconds."),
                sub("set-active-expire", 3, commands::activeExpire, allowed, "Sweeps, or not."),
                sub("object", 3, DebugCommands::object, allowed, "Tells of the row of a key."),
                sub("reload", -2, DebugCommands::reload, allowed, "Flushes the memtables."),
                sub("loadaof", 2, DebugCommands::reload, allowed, "Flushes the memtables."),
                sub("log", 3, DebugCommands::log, allowed, "Writes a line to the log."),
                sub("stringmatch-len", 4, DebugCommands::match, allowed, "Tries a pattern."),
                sub("digest", 2, DebugDigest::ofAll, allowed, "A digest of all keys."),
                sub("digest-value", -3, DebugDigest::ofSome, allowed, "Digests of values."),
                sub("populate", -3, DebugCommands::populate, allowed, "Makes keys.")
                    .alsoFlags(NO_MULTI), // it waits for locks of its own
                sub("protocol", 3, DebugProtocol::reply, allowed, "Replies of each type.")));
  }

  private static Command sub(
      String name, int arity, Handler handler, boolean allowed, String summary) {
    Handler refusal =
        call -> {
          throw new CommandException(
              "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"yes\","
                  + " you can run it.");
        };
    return new Command("debug|" + name, arity, allowed ? handler : refusal)
        .flags(ADMIN)
        .docs("server", "1.0.0", summary);
  }

  private static void sleep(Call call) throws CommandException {
    double seconds;
    try {
      seconds = Double.parseDouble(call.text(2));
    } catch (NumberFormatException e) {
      throw new CommandException("ERR value is not a valid float");
    }
    try {
      TimeUnit.MICROSECONDS.sleep((long) (seconds * 1e6));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    call.reply().ok();
  }

  private void activeExpire(Call call) throws CommandException {
    sweep.setActive(call.integer(2) != 0);
    call.reply().ok();
  }

  private static void object(Call call) throws CommandException, IOException {
    KeyRow row = call.rows().find(call.key(2));
    if (row == null) {
      throw new CommandException("ERR no such key");
    }
    call.reply()
        .simple(
            "Value at:0 refcount:1 encoding:"
                + ObjectCommands.encoding(row)
                + " serializedlength:"
                + KeyRowSize.bytes(row)
                + " lru:0 lru_seconds_idle:0");
  }

  private static void reload(Call call) throws IOException, CommandException {
    try {
      call.rows().keyspace().db().flush();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("ERR the server stops");
    }
    call.reply().ok();
  }

  private static void log(Call call) {
    String text = call.text(2);
    LOGGER.info("DEBUG LOG: {}", text.substring(0, Math.min(LONGEST_LOG, text.length())));
    call.reply().ok();
  }

  /** DEBUG POPULATE count [prefix] [bytes]: keys that are there stay as they are. */
  private static void populate(Call call) throws CommandException, IOException {
    long count = call.integer(2);
    String prefix = call.count() > 3 ? call.text(3) : "key";
    long bytes = call.count() > 4 ? call.integer(4) : 0;
    if (call.count() > 5) {
      throw CommandException.syntax();
    }
    if (count < 0 || bytes < 0 || bytes > MOST_VALUE_BYTES || prefix.length() > LONGEST_LOG) {
      throw new CommandException("ERR value is out of range");
    }
    Keyspace keyspace = call.rows().keyspace();
    for (long i = 0; i < count; i++) {
      byte[] key = (prefix + ":" + i).getBytes(StandardCharsets.UTF_8);
      byte[] text = ("value:" + i).getBytes(StandardCharsets.US_ASCII);
      byte[] value = bytes == 0 ? text : Arrays.copyOf(text, (int) bytes);
      try (KeyLocks.Held _ = keyspace.locks().lock(KeyPlace.of(key));
          Transaction rows = keyspace.begin()) {
        if (rows.head(key) == null) {
          rows.put(key, new StringRow(KeyRow.NEVER, value));
          rows.commit();
        }
      }
    }
    call.reply().ok();
  }

  private static void match(Call call) throws CommandException {
    int length = (int) Math.min(1 << 20, call.integer(2));
    byte[] text = new byte[length];
    Arrays.fill(text, (byte) 'a');
    call.reply().integer(new GlobPattern(call.bytes(3)).matches(text) ? 1 : 0);
  }
}
