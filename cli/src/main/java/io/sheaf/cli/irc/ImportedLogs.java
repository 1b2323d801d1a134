package io.sheaf.cli.irc;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.im.id.ConversationId;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.testdata.IrcMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How many messages of each log are in the store: written in the batch with the messages, so that
 * an import goes on exactly where it was interrupted, whenever that was.
 *
 * <pre>
 * key   := conversation name
 * value := count nick SP text
 *
 * conversation := as in all keys, see Id
 * name         := of the log, in UTF-8
 * count        := 8 bytes, big-endian: messages of the log that are in the store
 * nick, text   := of its first message, to tell a log from another of the same name
 * </pre>
 *
 * <p><em>Thread safety:</em> none.
 */
final class ImportedLogs {
  /** Name of the table. */
  static final String TABLE = "irc_log";

  private final Db db;
  private final Table table;
  private final ConversationId channel;

  private ImportedLogs(Db db, Table table, ConversationId channel) {
    this.db = db;
    this.table = table;
    this.channel = channel;
  }

  static ImportedLogs open(Db db, ConversationId channel) throws IOException {
    return new ImportedLogs(db, db.openTable(TABLE, TableOptions.DEFAULT), channel);
  }

  /**
   * How many messages of a log are in the store.
   *
   * @throws CommandFailure if they are those of another log of the same name
   */
  long count(String logName, IrcMessage first) throws CommandFailure, IOException {
    byte[] known = db.get(table, key(logName));
    if (known == null) {
      return 0;
    }
    if (!Arrays.equals(
        known, Long.BYTES, known.length, value(0, first), Long.BYTES, value(0, first).length)) {
      throw new CommandFailure(
          logName
              + " is not the log of this name that was imported into "
              + channel
              + ": rename it, or import it into another channel");
    }
    return ByteBuffer.wrap(known).getLong();
  }

  /** Lets {@code batch} note how many messages of a log are in the store. */
  void put(WriteBatch batch, String logName, IrcMessage first, long count) {
    batch.put(table, key(logName), value(count, first));
  }

  private byte[] key(String logName) {
    byte[] id = channel.id().encoded();
    byte[] name = logName.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(id.length + name.length).put(id).put(name).array();
  }

  private static byte[] value(long count, IrcMessage first) {
    return ByteBuffer.allocate(Long.BYTES + first.nick().length + 1 + first.text().length)
        .putLong(count)
        .put(first.nick())
        .put((byte) ' ')
        .put(first.text())
        .array();
  }
}
