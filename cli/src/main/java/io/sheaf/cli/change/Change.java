package io.sheaf.cli.change;

import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.wal.LogReader;
import java.util.function.Consumer;

/**
 * A change that a log holds.
 *
 * <p><em>Ownership:</em> the bytes are those of the record; they are valid until the next change is
 * shown.
 */
public sealed interface Change {
  /** Number of the table. */
  int tableId();

  /** A row is set. */
  record Put(int tableId, Slice key, Slice value) implements Change {}

  /** A row is deleted. */
  record Delete(int tableId, Slice key) implements Change {}

  /** Rows are deleted; {@code to} is not among them. */
  record DeleteRange(int tableId, Slice from, Slice to) implements Change {}

  /**
   * Shows each change of a record, in order: the first has its first sequence number, each other
   * the one behind that of the change before.
   *
   * @throws CorruptionException when the record's payload is none
   */
  static void each(LogReader record, Consumer<Change> consumer) throws CorruptionException {
    Slice payload = record.payload();
    WriteBatch.Visitor visitor =
        new WriteBatch.Visitor() {
          @Override
          public void put(int tableId, Slice key, Slice value) {
            consumer.accept(new Put(tableId, key, value));
          }

          @Override
          public void delete(int tableId, Slice key) {
            consumer.accept(new Delete(tableId, key));
          }

          @Override
          public void deleteRange(int tableId, Slice from, Slice to) {
            consumer.accept(new DeleteRange(tableId, from, to));
          }
        };
    try {
      WriteBatch.visit(payload.segment(), payload.offset(), payload.length(), visitor);
    } catch (MalformedException e) {
      throw new CorruptionException(
          FileNames.of(FileKind.LOG, record.number()),
          record.offset(),
          "batches of writes",
          String.valueOf(e.getMessage()));
    }
  }
}
