package io.sheaf.server.streams;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.Numbers;
import io.sheaf.server.keyspace.Key;
import io.sheaf.server.keyspace.StreamId;
import io.sheaf.server.keyspace.StreamRow;
import io.sheaf.server.keyspace.StringRow;
import io.sheaf.server.wire.ReplyWriter;
import io.sheaf.server.wire.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** XREAD and XREADGROUP. */
final class ReadCommand {
  private ReadCommand() {}

  /** The keys of a request: the first half of what is behind STREAMS. */
  static List<Integer> keys(Request request) {
    List<Integer> keys = new ArrayList<>();
    for (int i = 1; i < request.count(); i++) {
      if (request.is(i, "streams")) {
        int half = (request.count() - i - 1) / 2;
        for (int key = 0; key < half; key++) {
          keys.add(i + 1 + key);
        }
        return keys;
      }
      if (request.is(i, "group")) {
        i += 2;
      } else if (request.is(i, "count") || request.is(i, "block")) {
        i++;
      }
    }
    return keys;
  }

  /**
   * What is asked for.
   *
   * @param blockMillis how long to wait; negative: not at all; 0: for ever
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  private record Options(
      long limit,
      long blockMillis,
      boolean acknowledged,
      byte @Nullable [] group,
      byte @Nullable [] consumer,
      int firstKey,
      int streams) {

    static Options parse(Call call, boolean grouped) throws CommandException {
      long limit = Long.MAX_VALUE;
      long block = -1;
      boolean acknowledged = false;
      byte[] group = null;
      byte[] consumer = null;
      int at = 1;
      while (at < call.count() && !call.is(at, "streams")) {
        boolean hasMore = at + 1 < call.count();
        if (call.is(at, "count") && hasMore) {
          long count = call.integer(at + 1);
          limit = count <= 0 ? Long.MAX_VALUE : count;
          at += 2;
        } else if (call.is(at, "block") && hasMore) {
          block = timeout(call.bytes(at + 1));
          at += 2;
        } else if (grouped && call.is(at, "group") && at + 2 < call.count()) {
          group = GroupCommands.name(call, at + 1);
          consumer = GroupCommands.name(call, at + 2);
          at += 3;
        } else if (grouped && call.is(at, "noack")) {
          acknowledged = true;
          at++;
        } else if (call.is(at, "group") || call.is(at, "noack")) {
          throw new CommandException(
              "ERR The "
                  + call.text(at).toUpperCase(Locale.ROOT)
                  + " option is only supported by XREADGROUP. You called XREAD instead.");
        } else {
          throw CommandException.syntax();
        }
      }
      int rest = call.count() - at - 1;
      if (rest < 1) {
        throw CommandException.syntax();
      }
      if (rest % 2 != 0) {
        throw new CommandException(
            "ERR Unbalanced '"
                + (grouped ? "xreadgroup" : "xread")
                + "' list of streams: for each stream key an ID"
                + (grouped ? " or '>'" : " or '$'")
                + " must be specified.");
      }
      if (grouped && group == null) {
        throw new CommandException("ERR Missing GROUP option for XREADGROUP");
      }
      return new Options(limit, block, acknowledged, group, consumer, at + 1, rest / 2);
    }

    private static long timeout(byte[] text) throws CommandException {
      long millis;
      try {
        millis = Numbers.parse(text);
      } catch (CommandException e) {
        throw new CommandException("ERR timeout is not an integer or out of range");
      }
      if (millis < 0) {
        throw new CommandException("ERR timeout is negative");
      }
      return millis;
    }
  }

  static void run(Call call) throws CommandException, IOException {
    Options options = Options.parse(call, false);
    StreamId[] after = new StreamId[options.streams()];
    @Nullable StreamRow[] streams = new @Nullable StreamRow[options.streams()];
    for (int i = 0; i < after.length; i++) {
      int idAt = options.firstKey() + options.streams() + i;
      StreamRow stream = stream(call, call.key(options.firstKey() + i));
      streams[i] = stream;
      after[i] =
          switch (call.text(idAt)) {
            case "$" -> stream == null ? StreamId.ZERO : stream.last();
            case "+" -> beforeLast(call, stream);
            case ">" ->
                throw new CommandException(
                    "ERR The > ID can be specified only when calling XREADGROUP using the GROUP"
                        + " <group> <consumer> option.");
            default -> StreamArguments.id(call, idAt, 0);
          };
    }
    ReplyWriter reply = call.reply();
    int mark = reply.mark();
    int found = 0;
    for (int i = 0; i < after.length; i++) {
      StreamRow stream = streams[i];
      StreamId from = after[i].next();
      if (stream == null || from == null || stream.last().compareTo(from) < 0) {
        continue;
      }
      int before = reply.mark();
      head(reply, call.bytes(options.firstKey() + i));
      int entries =
          StreamRange.reply(reply, call.rows(), stream, from, StreamId.MAX, false, options.limit());
      if (entries == 0) {
        reply.buffer().writerIndex(before);
      } else {
        found++;
      }
    }
    finish(call, options, mark, found, request(call, options, after));
  }

  /** A stream; while it waits, a key that holds another type is as good as none. */
  private static @Nullable StreamRow stream(Call call, byte[] key)
      throws CommandException, IOException {
    return call.isResuming() && call.rows().find(key) instanceof StringRow
        ? null
        : call.stream(key);
  }

  private static StreamId beforeLast(Call call, @Nullable StreamRow stream) throws IOException {
    if (stream == null || stream.length() == 0) {
      return stream == null ? StreamId.ZERO : stream.last();
    }
    StreamId previous = StreamRange.last(call.rows(), stream).previous();
    return previous == null ? StreamId.ZERO : previous;
  }

  /** The beginning of what is answered for a stream: a pair, or the key of a map. */
  private static void head(ReplyWriter reply, byte[] key) {
    if (reply.version() == 2) {
      reply.array(2);
    }
    reply.bulk(key);
  }

  private static void finish(Call call, Options options, int mark, int found, Request again) {
    ReplyWriter reply = call.reply();
    if (found > 0 && reply.version() == 2) {
      reply.arrayBegunAt(mark, found);
    } else if (found > 0) {
      reply.mapBegunAt(mark, found);
    } else if (options.blockMillis() >= 0 && call.mayBlock()) {
      List<Key> keys = new ArrayList<>();
      for (int i = 0; i < options.streams(); i++) {
        keys.add(new Key(call.bytes(options.firstKey() + i)));
      }
      byte[] group = options.group();
      if (group == null) {
        call.block(keys, options.blockMillis(), again);
      } else { // what one consumer gets, the others do not
        call.blockInLine(keys, new Key(group), options.blockMillis(), again);
      }
    } else {
      reply.noArray();
    }
  }

  /** The request with the ids that $ and + stood for. */
  private static Request request(Call call, Options options, StreamId[] after) {
    byte[][] arguments = new byte[call.count()][];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = call.bytes(i);
    }
    for (int i = 0; i < after.length; i++) {
      arguments[options.firstKey() + options.streams() + i] =
          after[i].toString().getBytes(StandardCharsets.US_ASCII);
    }
    return Request.of(arguments);
  }

  static void runGrouped(Call call) throws CommandException, IOException {
    Options options = Options.parse(call, true);
    byte[] group = options.group();
    byte[] consumer = options.consumer();
    if (group == null || consumer == null) {
      throw CommandException.syntax();
    }
    GroupRead[] reads = new GroupRead[options.streams()];
    for (int i = 0; i < reads.length; i++) {
      int idAt = options.firstKey() + options.streams() + i;
      String id = call.text(idAt);
      if (id.equals("$") || id.equals("+")) {
        throw new CommandException(
            "ERR The "
                + id
                + " ID is meaningless in the context of XREADGROUP: you want to read the history"
                + " of this consumer by specifying a proper ID, or use the > ID to get new"
                + " messages. The "
                + id
                + " ID would just return an empty result set.");
      }
      StreamId after = id.equals(">") ? null : StreamArguments.id(call, idAt, 0);
      byte[] key = call.key(options.firstKey() + i);
      StreamRow stream = call.stream(key);
      GroupRow row =
          stream == null ? null : new GroupRows(call.rows(), stream.number(), group).group();
      if (stream == null || row == null) {
        throw new CommandException(
            "NOGROUP No such key '"
                + new String(key, StandardCharsets.UTF_8)
                + "' or consumer group '"
                + new String(group, StandardCharsets.UTF_8)
                + "' in XREADGROUP with GROUP option");
      }
      reads[i] = new GroupRead(call, key, stream, group, consumer, after, options.acknowledged());
    }
    ReplyWriter reply = call.reply();
    int mark = reply.mark();
    int found = 0;
    for (GroupRead read : reads) {
      int before = reply.mark();
      head(reply, read.key());
      if (read.reply(options.limit())) {
        found++;
      } else {
        reply.buffer().writerIndex(before);
      }
    }
    finish(call, options, mark, found, call.request().copy());
  }
}
