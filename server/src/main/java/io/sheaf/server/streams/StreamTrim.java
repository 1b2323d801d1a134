package io.sheaf.server.streams;

import io.sheaf.lsm.db.Table;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.keyspace.Rows;
import io.sheaf.server.keyspace.StreamId;
import io.sheaf.server.keyspace.StreamRow;
import io.sheaf.server.keyspace.Transaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes the oldest entries of a stream. The work is in proportion to what is removed or to what
 * is left, whichever is less; what is removed goes by one range delete.
 *
 * <p>Approximate trimming removes whole blocks of entries only, counted from the first entry that
 * was ever added: what Redis calls a node.
 *
 * @param byLength whether the length counts, else the id
 * @param blockEntries entries of a block, where trimming is approximate; 0: it is not
 * @param length how many stay
 * @param lowest the lowest id that stays
 * @param limit how many are removed at most; 0: any number
 */
record StreamTrim(boolean byLength, long blockEntries, long length, StreamId lowest, long limit) {
  private static final long BLOCKS_AT_ONCE = 100;
  private static final int SINGLE_DELETES = 8;

  /** A strategy, and the index behind it. */
  record Parsed(StreamTrim trim, int next) {}

  /** Reads MAXLEN or MINID at {@code index}. */
  static Parsed parse(Call call, int index, long blockEntries) throws CommandException {
    boolean byLength = call.is(index, "maxlen");
    int at = index + 1;
    boolean approximate = call.is(at, "~");
    if (approximate || call.is(at, "=")) {
      at++;
    }
    if (at >= call.count()) {
      throw CommandException.syntax();
    }
    long length = 0;
    StreamId lowest = StreamId.ZERO;
    if (byLength) {
      length = call.integer(at);
      if (length < 0) {
        throw new CommandException("ERR The MAXLEN argument must be >= 0.");
      }
    } else {
      lowest = StreamArguments.id(call, at, 0);
    }
    at++;
    long block = approximate ? Math.max(1, blockEntries) : 0;
    long limit = BLOCKS_AT_ONCE * block;
    if (call.is(at, "limit") && at + 1 < call.count()) {
      limit = call.integer(at + 1);
      if (limit < 0) {
        throw new CommandException("ERR The LIMIT argument must be >= 0.");
      }
      if (!approximate) {
        throw new CommandException(
            "ERR syntax error, LIMIT cannot be used without the special ~ option");
      }
      at += 2;
    }
    if (call.is(at, "maxlen") || call.is(at, "minid")) {
      throw new CommandException(
          "ERR syntax error, MAXLEN and MINID options at the same time are not compatible");
    }
    return new Parsed(new StreamTrim(byLength, block, length, lowest, limit), at);
  }

  /** The stream without what is removed. */
  StreamRow apply(Transaction rows, StreamRow stream) throws IOException {
    return byLength ? byLength(rows, stream) : byId(rows, stream);
  }

  private StreamRow byLength(Transaction rows, StreamRow stream) throws IOException {
    long excess = allowed(stream, stream.length() - length);
    if (excess <= 0) {
      return stream;
    }
    long kept = stream.length() - excess;
    if (kept == 0) {
      return removeAll(rows, stream);
    }
    return excess <= kept ? removeOldest(rows, stream, excess) : keepNewest(rows, stream, kept);
  }

  private StreamRow byId(Transaction rows, StreamRow stream) throws IOException {
    if (stream.length() == 0 || lowest.compareTo(stream.first()) <= 0) {
      return stream;
    }
    long below = 0;
    try (Rows found =
        rows.rows(
            rows.tables().entries(),
            StreamEntry.key(stream.number(), stream.first()),
            StreamEntry.key(stream.number(), lowest),
            false,
            limit == 0 ? Long.MAX_VALUE : limit)) {
      while (found.next()) {
        below++;
      }
    }
    long removed = allowed(stream, below);
    if (removed <= 0) {
      return stream;
    }
    return removed == stream.length()
        ? removeAll(rows, stream)
        : removeOldest(rows, stream, removed);
  }

  /** How many of the {@code excess} oldest entries are removed. */
  private long allowed(StreamRow stream, long excess) {
    long most = limit == 0 ? excess : Math.min(excess, limit);
    if (blockEntries == 0 || most >= stream.length()) {
      return most;
    }
    long removedBefore = Math.floorMod(stream.added() - stream.length(), blockEntries);
    long oldestBlock = blockEntries - removedBefore;
    return most < oldestBlock
        ? 0
        : oldestBlock + (most - oldestBlock) / blockEntries * blockEntries;
  }

  private static StreamRow removeAll(Transaction rows, StreamRow stream) {
    byte[] from = StreamEntry.key(stream.number(), StreamId.ZERO);
    byte[] to = ByteBuffer.allocate(Long.BYTES).putLong(stream.number() + 1).array();
    rows.deleteRows(rows.tables().entries(), from, to);
    return stream.withEntries(0, StreamId.ZERO);
  }

  private static StreamRow removeOldest(Transaction rows, StreamRow stream, long count)
      throws IOException {
    Table entries = rows.tables().entries();
    byte[] from = StreamEntry.key(stream.number(), stream.first());
    List<byte[]> single = new ArrayList<>();
    StreamId first = stream.first();
    try (Rows oldest =
        rows.rows(
            entries, from, StreamEntry.behind(stream.number(), stream.last()), false, count + 1)) {
      for (long i = 0; oldest.next(); i++) {
        first = StreamEntry.id(oldest.key());
        if (i < count && count <= SINGLE_DELETES) {
          single.add(oldest.key().toByteArray());
        }
      }
    }
    if (single.isEmpty()) {
      rows.deleteRows(entries, from, StreamEntry.key(stream.number(), first));
    }
    single.forEach(key -> rows.deleteRow(entries, key));
    return stream.withEntries(stream.length() - count, first);
  }

  private static StreamRow keepNewest(Transaction rows, StreamRow stream, long count)
      throws IOException {
    byte[] from = StreamEntry.key(stream.number(), stream.first());
    StreamId first = stream.first();
    try (Rows newest =
        rows.rows(
            rows.tables().entries(),
            from,
            StreamEntry.behind(stream.number(), stream.last()),
            true,
            count)) {
      while (newest.next()) {
        first = StreamEntry.id(newest.key());
      }
    }
    rows.deleteRows(rows.tables().entries(), from, StreamEntry.key(stream.number(), first));
    return stream.withEntries(count, first);
  }
}
