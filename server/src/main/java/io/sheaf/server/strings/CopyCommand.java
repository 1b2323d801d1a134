package io.sheaf.server.strings;

import io.sheaf.lsm.db.Table;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.keyspace.KeyRow;
import io.sheaf.server.keyspace.Rows;
import io.sheaf.server.keyspace.StreamRow;
import io.sheaf.server.keyspace.StringRow;
import io.sheaf.server.keyspace.Transaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** COPY source destination [DB 0] [REPLACE]. */
final class CopyCommand {
  /** As long as the longest string. */
  private static final long MOST_BYTES = 64 << 20;

  /** What a row takes besides its bytes, about. */
  private static final long ROW_BYTES = 128;

  private CopyCommand() {}

  static void run(Call call) throws CommandException, IOException {
    boolean replaces = false;
    for (int i = 3; i < call.count(); i++) {
      if (call.is(i, "replace")) {
        replaces = true;
      } else if (call.is(i, "db") && i + 1 < call.count()) {
        if (call.integer(++i) != 0) {
          throw new CommandException("ERR DB index is out of range");
        }
      } else {
        throw CommandException.syntax();
      }
    }
    byte[] from = call.key(1);
    byte[] to = call.key(2);
    if (Arrays.equals(from, to)) {
      throw new CommandException("ERR source and destination objects are the same");
    }
    KeyRow row = call.rows().find(from);
    if (row == null || (!replaces && call.rows().head(to) != null)) {
      call.reply().integer(0);
      return;
    }
    call.rows()
        .put(
            to,
            switch (row) {
              case StringRow string -> string;
              case StreamRow stream -> copied(call.rows(), stream);
            });
    call.reply().integer(1);
  }

  /** The stream under a number of its own, with its entries and groups. */
  private static StreamRow copied(Transaction rows, StreamRow stream)
      throws CommandException, IOException {
    long number = rows.keyspace().newStreamNumber();
    copy(rows, rows.tables().entries(), stream.number(), number);
    copy(rows, rows.tables().groups(), stream.number(), number);
    return stream.withNumber(number);
  }

  private static void copy(Transaction rows, Table table, long from, long to)
      throws CommandException, IOException {
    List<byte[]> keysAndValues = new ArrayList<>(); // rows are not changed while they are read
    long bytes = 0;
    rows.beginLarge();
    try (Rows found = rows.rows(table, prefix(from), prefix(from + 1), false, Long.MAX_VALUE)) {
      while (found.next()) {
        byte[] key = found.key().toByteArray();
        ByteBuffer.wrap(key).putLong(0, to);
        keysAndValues.add(key);
        keysAndValues.add(found.value().toByteArray());
        bytes += key.length + ROW_BYTES + found.value().length();
        if (bytes > MOST_BYTES) {
          throw new CommandException(
              "ERR the stream is too long to be copied at once, with more than "
                  + MOST_BYTES
                  + " bytes: read it and add what it holds to another");
        }
      }
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      rows.putRow(table, keysAndValues.get(i), keysAndValues.get(i + 1));
    }
  }

  private static byte[] prefix(long number) {
    byte[] prefix = new byte[Long.BYTES];
    ByteBuffer.wrap(prefix).putLong(number);
    return prefix;
  }
}
