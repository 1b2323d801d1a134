package io.sheaf.server.streams;

import static io.sheaf.server.command.CommandFlag.AS_ONE;
import static io.sheaf.server.command.CommandFlag.READONLY;
import static io.sheaf.server.command.KeyFlag.ACCESS;
import static io.sheaf.server.command.KeyFlag.RO;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.Handler;
import io.sheaf.server.keyspace.Rows;
import io.sheaf.server.keyspace.StreamId;
import io.sheaf.server.keyspace.StreamRow;
import io.sheaf.server.wire.ReplyWriter;
import java.io.IOException;
import java.util.function.LongSupplier;

/** XINFO. */
final class InfoCommands {
  private static final String GROUP = StreamCommands.GROUP;
  private static final long DEFAULT_ENTRIES = 10;

  private InfoCommands() {}

  static void addTo(CommandTable table, LongSupplier blockEntries) {
    table.add(
        new Command("xinfo", -2, call -> {})
            .docs(GROUP, "5.0.0", "Tells of a stream and its groups.")
            .subcommands(
                sub("stream", -3, call -> stream(call, blockEntries.getAsLong())),
                sub("groups", 3, InfoCommands::groups),
                sub("consumers", 4, InfoCommands::consumers)));
  }

  private static Command sub(String name, int arity, Handler handler) {
    return new Command("xinfo|" + name, arity, handler)
        .flags(READONLY, AS_ONE)
        .keys(2, 2, 1, RO, ACCESS)
        .docs(GROUP, "5.0.0", "XINFO " + name);
  }

  private static StreamRow row(Call call) throws CommandException, IOException {
    StreamRow stream = call.stream(call.key(2));
    if (stream == null) {
      throw new CommandException("ERR no such key");
    }
    return stream;
  }

  private static void stream(Call call, long blockEntries) throws CommandException, IOException {
    boolean full = call.is(3, "full");
    long limit = DEFAULT_ENTRIES;
    if (full && call.count() == 6 && call.is(4, "count")) {
      limit = Math.max(0, call.integer(5));
      limit = limit == 0 ? Long.MAX_VALUE : limit;
    } else if (full ? call.count() != 4 : call.count() != 3) {
      throw CommandException.syntax();
    }
    StreamRow stream = row(call);
    ReplyWriter reply = call.reply();
    reply.map(full ? 9 : 10);
    field(reply, "length", stream.length());
    long blocks = Math.ceilDiv(stream.length(), Math.max(1, blockEntries));
    field(reply, "radix-tree-keys", blocks); // there is no such tree: what Redis would have
    field(reply, "radix-tree-nodes", blocks + 1);
    field(reply, "last-generated-id", stream.last());
    field(reply, "max-deleted-entry-id", stream.highestDeleted());
    field(reply, "entries-added", stream.added());
    field(reply, "recorded-first-entry-id", stream.length() == 0 ? StreamId.ZERO : stream.first());
    if (full) {
      reply.bulk("entries");
      int _ =
          StreamRange.reply(reply, call.rows(), stream, StreamId.ZERO, StreamId.MAX, false, limit);
      reply.bulk("groups");
      fullGroups(call, stream, limit);
    } else {
      field(reply, "groups", stream.groups());
      reply.bulk("first-entry");
      StreamRange.replyEnd(reply, call.rows(), stream, false);
      reply.bulk("last-entry");
      StreamRange.replyEnd(reply, call.rows(), stream, true);
    }
  }

  private static void fullGroups(Call call, StreamRow stream, long limit) throws IOException {
    ReplyWriter reply = call.reply();
    reply.array(stream.groups());
    try (Rows groups = GroupRows.all(call.rows(), stream.number())) {
      while (groups.next()) {
        byte[] name = GroupRows.name(groups.key());
        GroupRow group = GroupRow.decode(groups.value().toByteArray());
        GroupRows rows = new GroupRows(call.rows(), stream.number(), name);
        reply.map(7);
        reply.bulk("name");
        reply.bulk(name);
        field(reply, "last-delivered-id", group.last());
        progress(reply, stream, group);
        field(reply, "pel-count", group.pending());
        reply.bulk("pending");
        pending(reply, rows, limit);
        reply.bulk("consumers");
        fullConsumers(reply, rows, group, limit);
      }
    }
  }

  private static void pending(ReplyWriter reply, GroupRows rows, long limit) throws IOException {
    int mark = reply.mark();
    int count = 0;
    try (Rows waiting = rows.pendingBetween(StreamId.ZERO, StreamId.MAX, false, limit)) {
      while (waiting.next()) {
        PendingRow row = PendingRow.decode(waiting.value().toByteArray());
        reply.array(4);
        reply.bulk(GroupRows.id(waiting.key()).toString());
        reply.bulk(row.consumer());
        reply.integer(row.deliveredMillis());
        reply.integer(row.deliveries());
        count++;
      }
    }
    reply.arrayBegunAt(mark, count);
  }

  private static void fullConsumers(ReplyWriter reply, GroupRows rows, GroupRow group, long limit)
      throws IOException {
    reply.array(group.consumers());
    try (Rows consumers = rows.consumers()) {
      while (consumers.next()) {
        byte[] name = rows.consumerName(consumers.key());
        ConsumerRow row = ConsumerRow.decode(consumers.value().toByteArray());
        reply.map(5);
        reply.bulk("name");
        reply.bulk(name);
        field(reply, "seen-time", row.seenMillis());
        field(reply, "active-time", row.activeMillis());
        field(reply, "pel-count", row.pending());
        reply.bulk("pending");
        int mark = reply.mark();
        int count = 0;
        try (Rows waiting = rows.pendingOf(name, StreamId.ZERO, StreamId.MAX, limit)) {
          while (waiting.next()) {
            StreamId id = GroupRows.id(waiting.key());
            PendingRow pending = rows.pending(id);
            if (pending != null) {
              reply.array(3);
              reply.bulk(id.toString());
              reply.integer(pending.deliveredMillis());
              reply.integer(pending.deliveries());
              count++;
            }
          }
        }
        reply.arrayBegunAt(mark, count);
      }
    }
  }

  private static void groups(Call call) throws CommandException, IOException {
    StreamRow stream = row(call);
    ReplyWriter reply = call.reply();
    reply.array(stream.groups());
    try (Rows groups = GroupRows.all(call.rows(), stream.number())) {
      while (groups.next()) {
        GroupRow group = GroupRow.decode(groups.value().toByteArray());
        reply.map(6);
        reply.bulk("name");
        reply.bulk(GroupRows.name(groups.key()));
        field(reply, "consumers", group.consumers());
        field(reply, "pending", group.pending());
        field(reply, "last-delivered-id", group.last());
        progress(reply, stream, group);
      }
    }
  }

  private static void progress(ReplyWriter reply, StreamRow stream, GroupRow group) {
    numberOrNone(reply, "entries-read", group.entriesRead());
    numberOrNone(reply, "lag", StreamLag.lag(stream, group));
  }

  private static void numberOrNone(ReplyWriter reply, String name, long value) {
    reply.bulk(name);
    if (value == GroupRow.UNKNOWN) {
      reply.none();
    } else {
      reply.integer(value);
    }
  }

  private static void consumers(Call call) throws CommandException, IOException {
    StreamRow stream = row(call);
    GroupRows rows = new GroupRows(call.rows(), stream.number(), GroupCommands.name(call, 3));
    GroupRow group = rows.group();
    if (group == null) {
      throw new CommandException(
          "NOGROUP No such consumer group '"
              + call.text(3)
              + "' for key name '"
              + call.text(2)
              + "'");
    }
    long now = call.rows().nowMillis();
    ReplyWriter reply = call.reply();
    reply.array(group.consumers());
    try (Rows consumers = rows.consumers()) {
      while (consumers.next()) {
        ConsumerRow row = ConsumerRow.decode(consumers.value().toByteArray());
        reply.map(4);
        reply.bulk("name");
        reply.bulk(rows.consumerName(consumers.key()));
        field(reply, "pending", row.pending());
        field(reply, "idle", Math.max(0, now - row.seenMillis()));
        field(
            reply, "inactive", row.activeMillis() < 0 ? -1 : Math.max(0, now - row.activeMillis()));
      }
    }
  }

  private static void field(ReplyWriter reply, String name, long value) {
    reply.bulk(name);
    reply.integer(value);
  }

  private static void field(ReplyWriter reply, String name, StreamId id) {
    reply.bulk(name);
    reply.bulk(id.toString());
  }
}
