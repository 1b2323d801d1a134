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
 * Checks what the record of a log holds, to its end: who makes something of its writes looks at all
 * of them first, as they count together or not at all.
 */
public final class LogPayload {
  private LogPayload() {}

  /**
   * Checks the record at which a reader stands.
   *
   * @param directory the store, for errors
   * @throws CorruptionException when it holds no batches of writes, or not as many writes as it
   *     says
   */
  public static void check(Path directory, LogReader record) throws CorruptionException {
    check(directory, record, Integer.MAX_VALUE);
  }

  /**
   * Checks the record at which a reader stands.
   *
   * @param directory the store, for errors
   * @param nextTable number that no table of the store has yet
   * @throws CorruptionException when it holds no batches of writes, or not as many writes as it
   *     says, or one to a table that there is not
   */
  public static void check(Path directory, LogReader record, int nextTable)
      throws CorruptionException {
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
    if (changes.highestTable >= nextTable) {
      throw damage(
          directory,
          record,
          "writes to tables below " + nextTable,
          "a write to table " + changes.highestTable + ", which the manifest does not know");
    }
  }

  private static CorruptionException damage(
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
