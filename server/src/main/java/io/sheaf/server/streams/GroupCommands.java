package io.sheaf.server.streams;

import static io.sheaf.server.command.CommandFlag.ALONE;
import static io.sheaf.server.command.CommandFlag.AS_ONE;
import static io.sheaf.server.command.CommandFlag.BLOCKING;
import static io.sheaf.server.command.CommandFlag.FAST;
import static io.sheaf.server.command.CommandFlag.READONLY;
import static io.sheaf.server.command.CommandFlag.WRITE;
import static io.sheaf.server.command.KeyFlag.ACCESS;
import static io.sheaf.server.command.KeyFlag.DELETE;
import static io.sheaf.server.command.KeyFlag.INSERT;
import static io.sheaf.server.command.KeyFlag.RO;
import static io.sheaf.server.command.KeyFlag.RW;
import static io.sheaf.server.command.KeyFlag.UPDATE;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.Handler;
import io.sheaf.server.command.KeyFlag;
import io.sheaf.server.command.KeySpec;
import io.sheaf.server.keyspace.Rows;
import io.sheaf.server.keyspace.StreamId;
import io.sheaf.server.keyspace.StreamRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Consumer groups: XGROUP, XREADGROUP, XACK; what waits is in {@link PendingCommands}. */
final class GroupCommands {
  static final int LONGEST_NAME_BYTES = 4 << 10;

  private static final String GROUP = StreamCommands.GROUP;

  private GroupCommands() {}

  static void addTo(CommandTable table) {
    table.add(
        new Command("xgroup", -2, call -> {})
            .docs(GROUP, "5.0.0", "Consumer groups of streams.")
            .subcommands(
                sub("create", -5, GroupCommands::create, INSERT),
                sub("setid", -5, GroupCommands::setId, UPDATE),
                sub("destroy", 4, GroupCommands::destroy, DELETE),
                sub("createconsumer", 5, GroupCommands::createConsumer, INSERT),
                sub("delconsumer", 5, GroupCommands::deleteConsumer, DELETE)));
    table.add(
        new Command("xreadgroup", -7, ReadCommand::runGrouped)
            .flags(WRITE, BLOCKING)
            .keys(ReadCommand::keys, KeySpec.behind("STREAMS", 4, RW, ACCESS, UPDATE))
            .docs(GROUP, "5.0.0", "Delivers entries to a consumer, and may wait for them."));
    table.add(
        new Command("xack", -4, GroupCommands::acknowledge)
            .flags(WRITE, FAST)
            .keys(1, 1, 1, RW, UPDATE)
            .docs(GROUP, "5.0.0", "Says that entries have been processed."));
    table.add(
        new Command("xpending", -3, PendingCommands::pending)
            .flags(READONLY, AS_ONE)
            .keys(1, 1, 1, RO, ACCESS)
            .docs(GROUP, "5.0.0", "Tells what waits for an acknowledgement."));
    table.add(
        new Command("xclaim", -6, ClaimCommand::run)
            .flags(WRITE, FAST, ALONE)
            .keys(1, 1, 1, RW, ACCESS, UPDATE)
            .docs(GROUP, "5.0.0", "Gives a consumer what waits for another."));
    table.add(
        new Command("xautoclaim", -6, PendingCommands::claimIdle)
            .flags(WRITE, FAST, ALONE)
            .keys(1, 1, 1, RW, ACCESS, DELETE)
            .docs(GROUP, "6.2.0", "Gives a consumer what has waited long."));
  }

  private static Command sub(String name, int arity, Handler handler, KeyFlag does) {
    return new Command("xgroup|" + name, arity, handler)
        .flags(WRITE)
        .keys(2, 2, 1, RW, does)
        .docs(GROUP, "5.0.0", "XGROUP " + name);
  }

  /** The name of a group or a consumer. */
  static byte[] name(Call call, int index) throws CommandException {
    if (call.request().length(index) > LONGEST_NAME_BYTES) {
      throw new CommandException(
          "ERR a name of a group or a consumer has " + LONGEST_NAME_BYTES + " bytes at most");
    }
    return call.bytes(index);
  }

  /** The stream at the second argument, which must be there. */
  private static StreamRow stream(Call call) throws CommandException, IOException {
    StreamRow stream = call.stream(call.key(2));
    if (stream == null) {
      throw new CommandException(
          "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want"
              + " to use the MKSTREAM option to create an empty stream automatically.");
    }
    return stream;
  }

  private static GroupRow group(Call call, GroupRows rows) throws CommandException, IOException {
    GroupRow group = rows.group();
    if (group == null) {
      throw new CommandException(
          "NOGROUP No such consumer group '"
              + call.text(3)
              + "' for key name '"
              + call.text(2)
              + "'");
    }
    return group;
  }

  private static void create(Call call) throws CommandException, IOException {
    boolean creates = false;
    long read = GroupRow.UNKNOWN;
    for (int i = 5; i < call.count(); i++) {
      if (call.is(i, "mkstream")) {
        creates = true;
      } else if (call.is(i, "entriesread") && i + 1 < call.count()) {
        read = entriesRead(call, ++i);
      } else {
        throw CommandException.syntax();
      }
    }
    byte[] name = name(call, 3);
    byte[] key = call.key(2);
    StreamRow stream = creates ? call.stream(key) : stream(call);
    StreamId last =
        call.text(4).equals("$")
            ? stream == null ? StreamId.ZERO : stream.last()
            : StreamArguments.id(call, 4, 0);
    if (stream == null) {
      stream = StreamRow.empty(call.rows().keyspace().newStreamNumber());
    }
    GroupRows rows = new GroupRows(call.rows(), stream.number(), name);
    if (rows.group() != null) {
      throw new CommandException("BUSYGROUP Consumer Group name already exists");
    }
    rows.put(new GroupRow(last, read, 0, 0));
    call.rows().put(key, stream.withGroups(stream.groups() + 1));
    call.reply().ok();
  }

  private static long entriesRead(Call call, int index) throws CommandException {
    long read = call.integer(index);
    if (read < 0 && read != GroupRow.UNKNOWN) {
      throw new CommandException("ERR value for ENTRIESREAD must be positive or -1");
    }
    return read;
  }

  private static void setId(Call call) throws CommandException, IOException {
    long read = GroupRow.UNKNOWN;
    if (call.count() == 7 && call.is(5, "entriesread")) {
      read = entriesRead(call, 6);
    } else if (call.count() != 5) {
      throw CommandException.syntax();
    }
    StreamRow stream = stream(call);
    GroupRows rows = new GroupRows(call.rows(), stream.number(), name(call, 3));
    GroupRow group = group(call, rows);
    // CREATE takes no - or +; SETID does, as in Redis.
    StreamId last = call.text(4).equals("$") ? stream.last() : StreamArguments.idOrEnd(call, 4, 0);
    rows.put(group.withLast(last, read));
    call.rows().put(call.key(2), stream);
    call.reply().ok();
  }

  private static void destroy(Call call) throws CommandException, IOException {
    StreamRow stream = stream(call);
    GroupRows rows = new GroupRows(call.rows(), stream.number(), name(call, 3));
    boolean there = rows.group() != null;
    if (there) {
      rows.delete();
      call.rows().put(call.key(2), stream.withGroups(stream.groups() - 1));
    }
    call.reply().integer(there ? 1 : 0);
  }

  private static void createConsumer(Call call) throws CommandException, IOException {
    StreamRow stream = stream(call);
    GroupRows rows = new GroupRows(call.rows(), stream.number(), name(call, 3));
    GroupRow _ = group(call, rows);
    byte[] consumer = name(call, 4);
    boolean missing = rows.consumer(consumer) == null;
    if (missing) {
      ConsumerRow _ = Pending.consumer(rows, consumer, call.rows().nowMillis());
    }
    call.reply().integer(missing ? 1 : 0);
  }

  private static void deleteConsumer(Call call) throws CommandException, IOException {
    StreamRow stream = stream(call);
    GroupRows rows = new GroupRows(call.rows(), stream.number(), name(call, 3));
    GroupRow group = group(call, rows);
    byte[] consumer = name(call, 4);
    ConsumerRow row = rows.consumer(consumer);
    if (row == null) {
      call.reply().integer(0);
      return;
    }
    List<StreamId> ids = new ArrayList<>();
    try (Rows waiting = rows.pendingOf(consumer, StreamId.ZERO, StreamId.MAX, Long.MAX_VALUE)) {
      while (waiting.next()) {
        ids.add(GroupRows.id(waiting.key()));
      }
    }
    rows.deleteAllOf(consumer, ids);
    rows.put(group.withPending(group.pending() - ids.size()).withConsumers(group.consumers() - 1));
    call.reply().integer(ids.size());
  }

  private static void acknowledge(Call call) throws CommandException, IOException {
    StreamId[] ids = new StreamId[call.count() - 3];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = StreamArguments.id(call, i + 3, 0);
    }
    StreamRow stream = call.stream(call.key(1));
    long acknowledged = 0;
    if (stream != null) {
      GroupRows rows = new GroupRows(call.rows(), stream.number(), name(call, 2));
      for (StreamId id : ids) {
        acknowledged += Pending.acknowledge(rows, id) ? 1 : 0;
      }
    }
    call.reply().integer(acknowledged);
  }
}
