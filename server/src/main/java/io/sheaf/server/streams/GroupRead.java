package io.sheaf.server.streams;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.server.command.Call;
import io.sheaf.server.keyspace.Rows;
import io.sheaf.server.keyspace.StreamId;
import io.sheaf.server.keyspace.StreamRow;
import io.sheaf.server.wire.ReplyWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What XREADGROUP does with one stream: delivers new entries, or shows again what waits. */
final class GroupRead {
  /** More at once than a batch has room for is delivered to who asks again. */
  static final long MOST_AT_ONCE = 1 << 16;

  private final Call call;
  private final byte[] key;
  private final StreamRow stream;
  private final GroupRows rows;
  private final byte[] consumer;
  private final @Nullable StreamId after;
  private final boolean acknowledged;

  /**
   * A read that is not yet done.
   *
   * @param after what waits behind this id is shown again; null: new entries are delivered
   * @param acknowledged whether nothing is kept to be acknowledged
   */
  GroupRead(
      Call call,
      byte[] key,
      StreamRow stream,
      byte[] group,
      byte[] consumer,
      @Nullable StreamId after,
      boolean acknowledged) {
    this.call = call;
    this.key = key;
    this.stream = stream;
    this.rows = new GroupRows(call.rows(), stream.number(), group);
    this.consumer = consumer;
    this.after = after;
    this.acknowledged = acknowledged;
  }

  byte[] key() {
    return key;
  }

  /** Writes the entries; false: there are none, and nothing is to be answered for the stream. */
  boolean reply(long limit) throws IOException {
    GroupRow group = Objects.requireNonNull(rows.group());
    long now = call.rows().nowMillis();
    ConsumerRow known = rows.consumer(consumer);
    ConsumerRow row = known == null ? new ConsumerRow(now, -1, 0) : known.seen(now);
    if (known == null) {
      group = group.withConsumers(group.consumers() + 1);
      rows.put(group);
    }
    rows.put(consumer, row);
    return after == null ? deliver(group, row, limit) : showAgain(row, after, limit);
  }

  private boolean deliver(GroupRow before, ConsumerRow seen, long limit) throws IOException {
    StreamId from = before.last().next();
    if (from == null || stream.last().compareTo(from) < 0) {
      return false;
    }
    ReplyWriter reply = call.reply();
    GroupRow group = before;
    List<StreamId> delivered = new ArrayList<>();
    int mark = reply.mark();
    long most = acknowledged ? limit : Math.min(limit, MOST_AT_ONCE);
    try (Rows found = StreamRange.open(call.rows(), stream, from, StreamId.MAX, false, most)) {
      while (found != null && found.next()) {
        StreamId id = StreamEntry.id(found.key());
        StreamEntry.reply(reply, id, found.value());
        group = group.withLast(id, read(group, id));
        delivered.add(id);
      }
    }
    reply.arrayBegunAt(mark, delivered.size());
    if (delivered.isEmpty()) {
      return false;
    }
    rows.put(group);
    rows.put(consumer, seen.active(call.rows().nowMillis()));
    if (!acknowledged) {
      for (StreamId id : delivered) {
        Pending.give(rows, id, consumer, call.rows().nowMillis(), 1);
      }
    }
    return true;
  }

  private long read(GroupRow group, StreamId id) {
    return group.entriesRead() != GroupRow.UNKNOWN
            && group.last().compareTo(stream.first()) >= 0
            && !StreamLag.mayHaveGapBehind(stream, group.last())
        ? group.entriesRead() + 1
        : StreamLag.addedUpTo(stream, id);
  }

  private boolean showAgain(ConsumerRow seen, StreamId behind, long limit) throws IOException {
    ReplyWriter reply = call.reply();
    List<StreamId> ids = new ArrayList<>();
    StreamId from = behind.next();
    if (from != null) {
      try (Rows waiting = rows.pendingOf(consumer, from, StreamId.MAX, limit)) {
        while (waiting.next()) {
          ids.add(GroupRows.id(waiting.key()));
        }
      }
    }
    reply.array(ids.size());
    for (StreamId id : ids) {
      byte[] entry =
          call.rows().row(call.rows().tables().entries(), StreamEntry.key(stream.number(), id));
      if (entry == null) { // removed since
        reply.array(2);
        reply.bulk(id.toString());
        reply.noArray();
        continue;
      }
      StreamEntry.reply(reply, id, Slice.of(entry));
      PendingRow pending = rows.pending(id);
      if (pending != null) {
        rows.put(id, new PendingRow(call.rows().nowMillis(), pending.deliveries() + 1, consumer));
      }
    }
    if (!ids.isEmpty()) {
      rows.put(consumer, seen.active(call.rows().nowMillis()));
    }
    return true;
  }
}
