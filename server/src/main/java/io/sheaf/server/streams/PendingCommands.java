package io.sheaf.server.streams;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.keyspace.Rows;
import io.sheaf.server.keyspace.StreamId;
import io.sheaf.server.keyspace.StreamRow;
import io.sheaf.server.wire.ReplyWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** XPENDING and XAUTOCLAIM. */
final class PendingCommands {
  private static final long DEFAULT_COUNT = 100;
  private static final int ATTEMPTS_AN_ENTRY = 10;

  private PendingCommands() {}

  /** The group that a call is about, which must be there. */
  static GroupRows group(Call call) throws CommandException, IOException {
    StreamRow stream = call.stream(call.key(1));
    GroupRows rows =
        stream == null
            ? null
            : new GroupRows(call.rows(), stream.number(), GroupCommands.name(call, 2));
    if (rows == null || rows.group() == null) {
      throw new CommandException(
          "NOGROUP No such key '" + call.text(1) + "' or consumer group '" + call.text(2) + "'");
    }
    return rows;
  }

  static void pending(Call call) throws CommandException, IOException {
    if (call.count() == 3) {
      summary(call, group(call));
      return;
    }
    int at = 3;
    long idleMillis = 0;
    if (call.is(3, "idle")) {
      if (call.count() < 8) {
        throw CommandException.syntax();
      }
      idleMillis = call.integer(4);
      at = 5;
    }
    if (call.count() < at + 3 || call.count() > at + 4) {
      throw CommandException.syntax();
    }
    StreamId start = StreamArguments.start(call, at);
    StreamId end = StreamArguments.end(call, at + 1);
    long limit = Math.max(0, call.integer(at + 2));
    byte[] consumer = call.count() == at + 4 ? GroupCommands.name(call, at + 3) : null;
    GroupRows rows = group(call);
    int mark = call.reply().mark();
    int count = 0;
    try (Rows waiting =
        consumer == null
            ? rows.pendingBetween(start, end, false, Long.MAX_VALUE)
            : rows.pendingOf(consumer, start, end, Long.MAX_VALUE)) {
      while (count < limit && waiting.next()) {
        StreamId id = GroupRows.id(waiting.key());
        PendingRow row =
            consumer == null ? PendingRow.decode(waiting.value().toByteArray()) : rows.pending(id);
        if (row == null) {
          throw new IllegalStateException("what waits for a consumer does not wait in its group");
        }
        long idle = call.rows().nowMillis() - row.deliveredMillis();
        if (idle >= idleMillis) {
          call.reply().array(4);
          call.reply().bulk(id.toString());
          call.reply().bulk(row.consumer());
          call.reply().integer(Math.max(0, idle));
          call.reply().integer(row.deliveries());
          count++;
        }
      }
    }
    call.reply().arrayBegunAt(mark, count);
  }

  private static void summary(Call call, GroupRows rows) throws IOException {
    ReplyWriter reply = call.reply();
    GroupRow group = rows.group();
    reply.array(4);
    if (group == null || group.pending() == 0) {
      reply.integer(0);
      reply.none();
      reply.none();
      reply.noArray();
      return;
    }
    reply.integer(group.pending());
    replyEnd(reply, rows, false);
    replyEnd(reply, rows, true);
    int mark = reply.mark();
    int count = 0;
    try (Rows consumers = rows.consumers()) {
      while (consumers.next()) {
        ConsumerRow row = ConsumerRow.decode(consumers.value().toByteArray());
        if (row.pending() > 0) {
          reply.array(2);
          reply.bulk(rows.consumerName(consumers.key()));
          reply.bulk(row.pending());
          count++;
        }
      }
    }
    reply.arrayBegunAt(mark, count);
  }

  private static void replyEnd(ReplyWriter reply, GroupRows rows, boolean last) throws IOException {
    try (Rows waiting = rows.pendingBetween(StreamId.ZERO, StreamId.MAX, last, 1)) {
      if (waiting.next()) {
        reply.bulk(GroupRows.id(waiting.key()).toString());
      } else {
        reply.none();
      }
    }
  }

  static void claimIdle(Call call) throws CommandException, IOException {
    long idleMillis = ClaimCommand.idle(call, 4);
    StreamId start = StreamArguments.start(call, 5);
    long limit = DEFAULT_COUNT;
    boolean idsOnly = false;
    for (int i = 6; i < call.count(); i++) {
      if (call.is(i, "count") && i + 1 < call.count()) {
        limit = call.integer(++i);
        if (limit <= 0 || limit > Long.MAX_VALUE / ATTEMPTS_AN_ENTRY) {
          throw new CommandException("ERR COUNT must be > 0");
        }
        limit = Math.min(limit, GroupRead.MOST_AT_ONCE);
      } else if (call.is(i, "justid")) {
        idsOnly = true;
      } else {
        throw CommandException.syntax();
      }
    }
    StreamRow stream = call.stream(call.key(1));
    GroupRows rows = group(call);
    byte[] consumer = GroupCommands.name(call, 3);
    long now = call.rows().nowMillis();
    ConsumerRow known = Pending.consumer(rows, consumer, now);
    rows.put(consumer, known.seen(now));
    List<StreamId> due = new ArrayList<>();
    StreamId next = StreamId.ZERO;
    try (Rows waiting = rows.pendingBetween(start, StreamId.MAX, false, Long.MAX_VALUE)) {
      for (long left = limit * ATTEMPTS_AN_ENTRY; waiting.next(); left--) {
        StreamId id = GroupRows.id(waiting.key());
        if (left == 0 || due.size() >= limit) {
          next = id;
          break;
        }
        PendingRow row = PendingRow.decode(waiting.value().toByteArray());
        if (now - row.deliveredMillis() >= idleMillis) {
          due.add(id);
        }
      }
    }
    ReplyWriter reply = call.reply();
    reply.array(3);
    reply.bulk(next.toString());
    int mark = reply.mark();
    int claimed = 0;
    List<StreamId> removed = new ArrayList<>();
    for (StreamId id : due) {
      byte[] entry =
          stream == null
              ? null
              : call.rows()
                  .row(call.rows().tables().entries(), StreamEntry.key(stream.number(), id));
      PendingRow row = rows.pending(id);
      if (entry == null || row == null) {
        boolean _ = Pending.acknowledge(rows, id);
        removed.add(id);
        continue;
      }
      Pending.give(rows, id, consumer, now, row.deliveries() + (idsOnly ? 0 : 1));
      if (idsOnly) {
        reply.bulk(id.toString());
      } else {
        StreamEntry.reply(reply, id, Slice.of(entry));
      }
      claimed++;
    }
    reply.arrayBegunAt(mark, claimed);
    reply.array(removed.size());
    removed.forEach(id -> reply.bulk(id.toString()));
    ClaimCommand.setActive(rows, consumer, now, claimed);
  }
}
