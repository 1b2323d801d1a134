package io.sheaf.server.admin;

import static io.sheaf.server.command.CommandFlag.READONLY;
import static io.sheaf.server.command.KeyFlag.RO;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.Handler;
import io.sheaf.server.command.Numbers;
import io.sheaf.server.keyspace.KeyRow;
import io.sheaf.server.keyspace.KeyRowSize;
import io.sheaf.server.keyspace.StreamRow;
import io.sheaf.server.keyspace.StringRow;
import java.io.IOException;

/**
 * OBJECT and MEMORY: what there is of a key below its value.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class ObjectCommands {
  private static final int LONGEST_EMBEDDED = 44;

  private ObjectCommands() {}

  /** Adds them to {@code table}. */
  public static void addTo(CommandTable table) {
    table.add(
        new Command("object", -2, call -> {})
            .docs("generic", "2.2.3", "Tells of what lies below a value.")
            .subcommands(
                sub(
                    "object|encoding",
                    3,
                    ObjectCommands::encoding,
                    "Tells the encoding that Redis would have chosen."),
                sub("object|refcount", 3, ObjectCommands::references, "Answers 1."),
                sub("object|idletime", 3, ObjectCommands::idleTime, "Not tracked here."),
                sub("object|freq", 3, ObjectCommands::frequency, "Not tracked here.")));
    table.add(
        new Command("memory", -2, call -> {})
            .docs("server", "4.0.0", "Tells of memory.")
            .subcommands(
                sub(
                    "memory|usage",
                    -3,
                    ObjectCommands::usage,
                    "Tells about how many bytes a key takes in the store, before compression."),
                new Command("memory|doctor", 2, ObjectCommands::doctor)
                    .docs("server", "4.0.0", "Tells what the engine may use.")));
  }

  private static Command sub(String name, int arity, Handler handler, String summary) {
    return new Command(name, arity, handler)
        .flags(READONLY)
        .keys(2, 2, 1, RO)
        .docs("generic", "2.2.3", summary);
  }

  private static void encoding(Call call) throws CommandException, IOException {
    KeyRow row = call.rows().find(call.key(2));
    if (row == null) {
      call.reply().none();
    } else {
      call.reply().bulk(encoding(row));
    }
  }

  /** The encoding that Redis would have chosen. */
  static String encoding(KeyRow row) {
    return switch (row) {
      case StreamRow _ -> "stream";
      case StringRow string -> {
        try {
          long _ = Numbers.parse(string.bytes());
          yield "int";
        } catch (CommandException e) { // no number
          yield string.value().length() <= LONGEST_EMBEDDED ? "embstr" : "raw";
        }
      }
    };
  }

  private static void references(Call call) throws CommandException, IOException {
    if (call.rows().head(call.key(2)) == null) {
      call.reply().none();
    } else {
      call.reply().integer(1);
    }
  }

  private static void idleTime(Call call) throws CommandException, IOException {
    refuse(call, "An LFU maxmemory policy is selected, idle time not tracked.");
  }

  private static void frequency(Call call) throws CommandException, IOException {
    refuse(call, "An LFU maxmemory policy is not selected, access frequency not tracked.");
  }

  /** Refuses in Redis's words what is not known of a key; nothing is known of one that is not. */
  private static void refuse(Call call, String why) throws CommandException, IOException {
    if (call.rows().head(call.key(2)) == null) {
      call.reply().none();
      return;
    }
    throw new CommandException(
        "ERR "
            + why
            + " Please note that when switching between policies at runtime LRU and LFU data will"
            + " take some time to adjust.");
  }

  private static void usage(Call call) throws CommandException, IOException {
    if (call.count() == 5 && call.is(3, "samples")) {
      if (call.integer(4) < 0) {
        throw CommandException.syntax();
      }
    } else if (call.count() != 3) {
      throw CommandException.syntax();
    }
    byte[] key = call.key(2);
    KeyRow row = call.rows().find(key);
    if (row == null) {
      call.reply().none();
      return;
    }
    long bytes = key.length + KeyRowSize.bytes(row);
    call.reply().integer(row instanceof StreamRow stream ? bytes + entries(call, stream) : bytes);
  }

  /** Bytes of the entries, guessed from some of the oldest. */
  private static long entries(Call call, StreamRow stream) throws IOException {
    return KeyRowSize.entryBytes(call.rows(), stream) * stream.length();
  }

  private static void doctor(Call call) {
    var budget = call.rows().keyspace().db().memory();
    call.reply()
        .verbatim(
            "The engine may use "
                + budget.totalBytes()
                + " bytes off the heap; INFO memory tells for what.");
  }
}
