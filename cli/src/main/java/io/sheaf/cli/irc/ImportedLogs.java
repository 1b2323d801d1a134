package io.sheaf.cli.irc;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.im.Name;
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
 * Remembers which logs were imported, so that two logs whose messages would get the same ids are
 * told apart.
 *
 * <pre>
 * key   := day checksum channel
 * value := name LF nick SP text      of the log and of its first message
 *
 * day      := 4 bytes, big-endian: days since 1970, of the log's name
 * checksum := 4 bytes, big-endian: see IrcMessageIds
 * </pre>
 *
 * <p><em>Thread safety:</em> none.
 */
final class ImportedLogs {
  /** Name of the table. */
  static final String TABLE = "irc_log";

  private final Db db;
  private final Table table;

  private ImportedLogs(Db db, Table table) {
    this.db = db;
    this.table = table;
  }

  static ImportedLogs open(Db db) throws IOException {
    return new ImportedLogs(db, db.openTable(TABLE, TableOptions.DEFAULT));
  }

  /**
   * Whether some of the log was imported before; if not, {@code batch} notes it.
   *
   * @throws CommandFailure if the ids of its messages belong to another log
   */
  boolean knows(WriteBatch batch, Name channel, String logName, IrcMessage first)
      throws CommandFailure, IOException {
    byte[] key = key(channel, logName);
    byte[] value = value(logName, first);
    byte[] known = db.get(table, key);
    if (known == null) {
      batch.put(table, key, value);
      return false;
    }
    if (!Arrays.equals(known, value)) {
      throw new CommandFailure(
          logName
              + " would overwrite messages of another log, "
              + nameIn(known)
              + ", that was imported into "
              + channel
              + ": rename it, or import it into another channel");
    }
    return true;
  }

  private static byte[] key(Name channel, String logName) {
    byte[] name = channel.toByteArray();
    return ByteBuffer.allocate(2 * Integer.BYTES + name.length)
        .putInt((int) IrcMessageIds.dayOf(logName).toEpochDay())
        .putInt(IrcMessageIds.checksumOf(logName))
        .put(name)
        .array();
  }

  private static byte[] value(String logName, IrcMessage first) {
    byte[] name = logName.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(name.length + first.nick().length + first.text().length + 2)
        .put(name)
        .put((byte) '\n')
        .put(first.nick())
        .put((byte) ' ')
        .put(first.text())
        .array();
  }

  private static String nameIn(byte[] value) {
    String text = new String(value, StandardCharsets.UTF_8);
    return text.substring(0, text.indexOf('\n'));
  }
}
