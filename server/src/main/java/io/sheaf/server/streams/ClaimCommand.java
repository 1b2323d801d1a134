package io.sheaf.server.streams;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.keyspace.StreamId;
import io.sheaf.server.keyspace.StreamRow;
import io.sheaf.server.wire.ReplyWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** XCLAIM key group consumer min-idle id … [IDLE|TIME ms] [RETRYCOUNT n] [FORCE] [JUSTID] …. */
final class ClaimCommand {
  private ClaimCommand() {}

  /**
   * What is asked for.
   *
   * @param deliveries how often it counts as delivered; negative: once more
   */
  private record Options(
      long deliveredMillis,
      long deliveries,
      boolean force,
      boolean idsOnly,
      @Nullable StreamId last) {}

  static long idle(Call call, int index) throws CommandException {
    return Math.max(0, number(call, index, "min-idle-time"));
  }

  private static long number(Call call, int index, String what) throws CommandException {
    try {
      return call.integer(index);
    } catch (CommandException e) {
      throw new CommandException(
          "ERR Invalid " + what + " argument for " + call.name().toUpperCase(Locale.ROOT));
    }
  }

  static void run(Call call) throws CommandException, IOException {
    StreamRow stream = call.stream(call.key(1));
    GroupRows rows = PendingCommands.group(call);
    long idleMillis = idle(call, 4);
    List<StreamId> ids = new ArrayList<>();
    int at = 5;
    for (; at < call.count(); at++) {
      StreamId id = StreamId.parse(call.bytes(at), 0);
      if (id == null) {
        break;
      }
      ids.add(id);
    }
    if (ids.isEmpty()) {
      throw StreamArguments.invalidId();
    }
    Options options = options(call, at);
    byte[] consumer = GroupCommands.name(call, 3);
    long now = call.rows().nowMillis();
    GroupRow group = rows.group();
    if (options.last() != null && group != null && options.last().compareTo(group.last()) > 0) {
      rows.put(group.withLast(options.last(), group.entriesRead()));
    }
    ConsumerRow known = Pending.consumer(rows, consumer, now);
    rows.put(consumer, known.seen(now));
    ReplyWriter reply = call.reply();
    int mark = reply.mark();
    int claimed = 0;
    for (StreamId id : ids) {
      byte[] entry =
          stream == null
              ? null
              : call.rows()
                  .row(call.rows().tables().entries(), StreamEntry.key(stream.number(), id));
      PendingRow row = rows.pending(id);
      if (entry == null) {
        boolean _ = Pending.acknowledge(rows, id); // removed since: it waits no more
        continue;
      }
      if (row == null ? !options.force() : now - row.deliveredMillis() < idleMillis) {
        continue;
      }
      long before = row == null ? 0 : row.deliveries();
      long deliveries =
          options.deliveries() >= 0 ? options.deliveries() : before + (options.idsOnly() ? 0 : 1);
      Pending.give(rows, id, consumer, options.deliveredMillis(), deliveries);
      if (options.idsOnly()) {
        reply.bulk(id.toString());
      } else {
        StreamEntry.reply(reply, id, Slice.of(entry));
      }
      claimed++;
    }
    reply.arrayBegunAt(mark, claimed);
    setActive(rows, consumer, now, claimed);
  }

  /** Says that a consumer has got something. */
  static void setActive(GroupRows rows, byte[] consumer, long nowMillis, int claimed)
      throws IOException {
    ConsumerRow row = rows.consumer(consumer);
    if (claimed > 0 && row != null) {
      rows.put(consumer, row.active(nowMillis));
    }
  }

  private static Options options(Call call, int from) throws CommandException {
    long now = call.rows().nowMillis();
    long delivered = now;
    long deliveries = -1;
    boolean force = false;
    boolean idsOnly = false;
    StreamId last = null;
    for (int i = from; i < call.count(); i++) {
      boolean hasMore = i + 1 < call.count();
      if (call.is(i, "force")) {
        force = true;
      } else if (call.is(i, "justid")) {
        idsOnly = true;
      } else if (call.is(i, "idle") && hasMore) {
        delivered = now - number(call, ++i, "IDLE option");
      } else if (call.is(i, "time") && hasMore) {
        delivered = number(call, ++i, "TIME option");
      } else if (call.is(i, "retrycount") && hasMore) {
        deliveries = number(call, ++i, "RETRYCOUNT option");
        if (deliveries < 0) {
          throw new CommandException("ERR Invalid RETRYCOUNT option argument for XCLAIM");
        }
      } else if (call.is(i, "lastid") && hasMore) {
        last = StreamArguments.id(call, ++i, 0);
      } else {
        throw new CommandException("ERR Unrecognized XCLAIM option '" + call.text(i) + "'");
      }
    }
    return new Options(
        delivered < 0 || delivered > now ? now : delivered, deliveries, force, idsOnly, last);
  }
}
