package io.sheaf.engine.inspect;

import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.wal.LogReader;
import java.nio.file.Path;

/**
 * What the record of a log holds, read to its end: who makes something of its writes looks at all
 * of them first, as they count together or not at all.
 *
 * @param highestTable number of a table that it writes to, the highest
 */
public record LogPayload(int highestTable) {
  /**
   * Reads the record at which a reader stands.
   *
   * @param directory the store, for errors
   * @throws CorruptionException when it holds no batches of writes, or not as many writes as it
   *     says
   */
  public static LogPayload of(Path directory, LogReader record) throws CorruptionException {
    Slice payload = record.payload();
    Changes changes = new Changes();
    try {
      WriteBatch.visit(payload.segment(), payload.offset(), payload.length(), changes);
    } catch (MalformedException e) {
      throw damage(directory, record, "batches of writes", String.valueOf(e.getMessage()));
    }
    if (changes.count != record.entryCount()) {
      throw damage(directory, record, record.entryCount() + " writes", changes.count + " writes");
    }
    return new LogPayload(changes.highestTable);
  }

  /** Damage of the record at which a reader stands. */
  public static CorruptionException damage(
      Path directory, LogReader record, String expected, String found) {
    Path file = directory.resolve(FileNames.of(FileKind.LOG, record.number()));
    return new CorruptionException(file.toString(), record.offset(), expected, found);
  }

  /** Counts the changes of a record. */
  private static final class Changes implements WriteBatch.Visitor {
    private long count;
    private int highestTable;

    @Override
    public void put(int tableId, Slice key, Slice value) {
      count(tableId);
    }

    @Override
    public void delete(int tableId, Slice key) {
      count(tableId);
    }

    @Override
    public void deleteRange(int tableId, Slice from, Slice to) {
      count(tableId);
    }

    private void count(int tableId) {
      count++;
      highestTable = Math.max(highestTable, tableId);
    }
  }
}
