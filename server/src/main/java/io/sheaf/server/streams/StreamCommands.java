package io.sheaf.server.streams;

import static io.sheaf.server.command.CommandFlag.BLOCKING;
import static io.sheaf.server.command.CommandFlag.FAST;
import static io.sheaf.server.command.CommandFlag.OF_ONE_MOMENT;
import static io.sheaf.server.command.CommandFlag.READONLY;
import static io.sheaf.server.command.CommandFlag.WRITE;
import static io.sheaf.server.command.KeyFlag.ACCESS;
import static io.sheaf.server.command.KeyFlag.DELETE;
import static io.sheaf.server.command.KeyFlag.RO;
import static io.sheaf.server.command.KeyFlag.RW;
import static io.sheaf.server.command.KeyFlag.UPDATE;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.KeySpec;
import io.sheaf.server.keyspace.StreamId;
import io.sheaf.server.keyspace.StreamRow;
import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * Commands for streams.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class StreamCommands {
  static final String GROUP = "stream";

  private StreamCommands() {}

  /**
   * Adds them to {@code table}.
   *
   * @param blockEntries how many entries approximate trimming takes for one
   */
  public static void addTo(CommandTable table, LongSupplier blockEntries) {
    table.add(
        new Command("xadd", -5, new AddCommand(blockEntries))
            .flags(WRITE, FAST)
            .keys(1, 1, 1, RW, UPDATE)
            .docs(GROUP, "5.0.0", "Appends an entry to a stream."));
    table.add(
        new Command("xlen", 2, StreamCommands::length)
            .flags(READONLY, FAST)
            .keys(1, 1, 1, RO)
            .docs(GROUP, "5.0.0", "Tells how many entries a stream has."));
    table.add(
        new Command("xrange", -4, call -> range(call, false))
            .flags(READONLY, OF_ONE_MOMENT)
            .keys(1, 1, 1, RO, ACCESS)
            .docs(GROUP, "5.0.0", "Returns the entries between two ids."));
    table.add(
        new Command("xrevrange", -4, call -> range(call, true))
            .flags(READONLY, OF_ONE_MOMENT)
            .keys(1, 1, 1, RO, ACCESS)
            .docs(GROUP, "5.0.0", "Returns the entries between two ids, the newest first."));
    table.add(
        new Command("xdel", -3, StreamCommands::delete)
            .flags(WRITE, FAST)
            .keys(1, 1, 1, RW, DELETE)
            .docs(GROUP, "5.0.0", "Removes entries."));
    table.add(
        new Command("xtrim", -4, call -> trim(call, blockEntries.getAsLong()))
            .flags(WRITE)
            .keys(1, 1, 1, RW, DELETE)
            .docs(GROUP, "5.0.0", "Removes the oldest entries."));
    table.add(
        new Command("xsetid", -3, StreamCommands::setId)
            .flags(WRITE, FAST)
            .keys(1, 1, 1, RW, UPDATE)
            .docs(GROUP, "5.0.0", "Sets the last id of a stream."));
    table.add(
        new Command("xread", -4, ReadCommand::run)
            .flags(READONLY, BLOCKING, OF_ONE_MOMENT)
            .keys(ReadCommand::keys, KeySpec.behind("STREAMS", 1, RO, ACCESS))
            .docs(GROUP, "5.0.0", "Returns what is newer than an id, and may wait for it."));
    GroupCommands.addTo(table);
    InfoCommands.addTo(table, blockEntries);
  }

  private static void length(Call call) throws CommandException, IOException {
    StreamRow stream = call.stream(call.key(1));
    call.reply().integer(stream == null ? 0 : stream.length());
  }

  private static void range(Call call, boolean reversed) throws CommandException, IOException {
    StreamId start = StreamArguments.start(call, reversed ? 3 : 2);
    StreamId end = StreamArguments.end(call, reversed ? 2 : 3);
    long limit = Long.MAX_VALUE;
    if (call.count() == 6 && call.is(4, "count")) {
      limit = Math.max(0, call.integer(5));
    } else if (call.count() > 4) {
      throw CommandException.syntax();
    }
    StreamRow stream = call.stream(call.key(1));
    if (stream == null) {
      call.reply().array(0);
    } else if (limit == 0) {
      call.reply().noArray();
    } else {
      int _ = StreamRange.reply(call.reply(), call.rows(), stream, start, end, reversed, limit);
    }
  }

  private static void delete(Call call) throws CommandException, IOException {
    StreamId[] ids = new StreamId[call.count() - 2];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = StreamArguments.id(call, i + 2, 0);
    }
    byte[] key = call.key(1);
    StreamRow before = call.stream(key);
    if (before == null) {
      call.reply().integer(0);
      return;
    }
    StreamRow stream = before;
    for (StreamId id : ids) {
      stream = withoutEntry(call, stream, id);
    }
    if (stream.length() != before.length()) {
      StreamId first = StreamRange.first(call.rows(), stream);
      call.rows().put(key, stream.withEntries(stream.length(), first));
    }
    call.reply().integer(before.length() - stream.length());
  }

  private static StreamRow withoutEntry(Call call, StreamRow stream, StreamId id)
      throws IOException {
    byte[] entryKey = StreamEntry.key(stream.number(), id);
    if (call.rows().row(call.rows().tables().entries(), entryKey) == null) {
      return stream;
    }
    call.rows().deleteRow(call.rows().tables().entries(), entryKey);
    StreamId highest = stream.highestDeleted();
    return stream
        .withEntries(stream.length() - 1, stream.first())
        .withHighestDeleted(id.compareTo(highest) > 0 ? id : highest);
  }

  private static void trim(Call call, long blockEntries) throws CommandException, IOException {
    if (!call.is(2, "maxlen") && !call.is(2, "minid")) {
      throw CommandException.syntax();
    }
    StreamTrim.Parsed parsed = StreamTrim.parse(call, 2, blockEntries);
    if (parsed.next() != call.count()) {
      throw CommandException.syntax();
    }
    byte[] key = call.key(1);
    StreamRow stream = call.stream(key);
    if (stream == null) {
      call.reply().integer(0);
      return;
    }
    StreamRow trimmed = parsed.trim().apply(call.rows(), stream);
    if (trimmed.length() != stream.length()) {
      call.rows().put(key, trimmed);
    }
    call.reply().integer(stream.length() - trimmed.length());
  }

  private static void setId(Call call) throws CommandException, IOException {
    StreamId last = StreamArguments.id(call, 2, 0);
    long added = -1;
    StreamId deleted = null;
    for (int i = 3; i < call.count(); i += 2) {
      if (i + 1 == call.count()) {
        throw CommandException.syntax();
      } else if (call.is(i, "entriesadded")) {
        added = call.integer(i + 1);
        if (added < 0) {
          throw new CommandException("ERR entries_added must be positive");
        }
      } else if (call.is(i, "maxdeletedid")) {
        deleted = StreamArguments.id(call, i + 1, 0);
        if (last.compareTo(deleted) < 0) {
          throw new CommandException(
              "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id");
        }
      } else {
        throw CommandException.syntax();
      }
    }
    byte[] key = call.key(1);
    StreamRow stream = call.stream(key);
    if (stream == null) {
      throw new CommandException("ERR no such key");
    }
    if (last.compareTo(stream.highestDeleted()) < 0) {
      throw new CommandException(
          "ERR The ID specified in XSETID is smaller than current max_deleted_entry_id");
    }
    if (stream.length() > 0 && last.compareTo(StreamRange.last(call.rows(), stream)) < 0) {
      throw new CommandException(
          "ERR The ID specified in XSETID is smaller than the target stream top item");
    }
    if (stream.length() > 0 && added >= 0 && added < stream.length()) {
      throw new CommandException(
          "ERR The entries_added specified in XSETID is smaller than the target stream length");
    }
    call.rows()
        .put(
            key,
            stream.withLast(
                last,
                added < 0 ? stream.added() : added,
                deleted == null ? stream.highestDeleted() : deleted));
    call.reply().ok();
  }
}
