package io.sheaf.server.streams;

import io.sheaf.server.keyspace.Rows;
import io.sheaf.server.keyspace.StreamId;
import io.sheaf.server.keyspace.StreamRow;
import io.sheaf.server.keyspace.Transaction;
import io.sheaf.server.wire.ReplyWriter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Entries between two ids. */
final class StreamRange {
  private StreamRange() {}

  /** The rows of the entries from {@code start} to {@code end}, both inclusive. */
  static @Nullable Rows open(
      Transaction rows,
      StreamRow stream,
      StreamId start,
      StreamId end,
      boolean reversed,
      long limit)
      throws IOException {
    StreamId from = start.compareTo(stream.first()) < 0 ? stream.first() : start;
    StreamId to = end.compareTo(stream.last()) > 0 ? stream.last() : end;
    if (stream.length() == 0 || from.compareTo(to) > 0) {
      return null;
    }
    return rows.rows(
        rows.tables().entries(),
        StreamEntry.key(stream.number(), from),
        StreamEntry.behind(stream.number(), to),
        reversed,
        limit);
  }

  /** Writes the entries as an array; answers how many there are. */
  static int reply(
      ReplyWriter reply,
      Transaction rows,
      StreamRow stream,
      StreamId start,
      StreamId end,
      boolean reversed,
      long limit)
      throws IOException {
    int mark = reply.mark();
    int count = 0;
    try (Rows found = open(rows, stream, start, end, reversed, limit)) {
      while (found != null && found.next()) {
        StreamEntry.reply(reply, StreamEntry.id(found.key()), found.value());
        count++;
      }
    }
    reply.arrayBegunAt(mark, count);
    return count;
  }

  /** Writes the first or the last entry, or nothing where there is none. */
  static void replyEnd(ReplyWriter reply, Transaction rows, StreamRow stream, boolean last)
      throws IOException {
    try (Rows found = open(rows, stream, StreamId.ZERO, StreamId.MAX, last, 1)) {
      if (found != null && found.next()) {
        StreamEntry.reply(reply, StreamEntry.id(found.key()), found.value());
      } else {
        reply.none();
      }
    }
  }

  /** The first id; 0-0 where there is none. */
  static StreamId first(Transaction rows, StreamRow stream) throws IOException {
    try (Rows found = open(rows, stream, StreamId.ZERO, StreamId.MAX, false, 1)) {
      return found != null && found.next() ? StreamEntry.id(found.key()) : StreamId.ZERO;
    }
  }

  /** The last id of an entry that is there; 0-0 where there is none. */
  static StreamId last(Transaction rows, StreamRow stream) throws IOException {
    try (Rows found = open(rows, stream, StreamId.ZERO, StreamId.MAX, true, 1)) {
      return found != null && found.next() ? StreamEntry.id(found.key()) : StreamId.ZERO;
    }
  }
}
