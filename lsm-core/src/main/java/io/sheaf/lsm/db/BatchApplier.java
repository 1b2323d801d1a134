package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.version.TableDescriptor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the changes of batches into memtables, each with the next sequence number.
 *
 * <p><b>Thread safety.</b> One thread at a time.
 */
final class BatchApplier implements WriteBatch.Visitor {
  private @Nullable Generation target;
  private Map<Integer, TableDescriptor> tables = Map.of();
  private long sequence;
  private long timeMillis;
  private int highestUnknownTable;
  private final Slice nothing = new Slice();

  /**
   * Turns to other memtables.
   *
   * @param lastSequence the number before that of the next change
   * @param timeMillis when the changes were written
   */
  void begin(
      Generation target, Map<Integer, TableDescriptor> tables, long lastSequence, long timeMillis) {
    this.target = target;
    this.tables = tables;
    this.sequence = lastSequence;
    this.timeMillis = timeMillis;
    this.highestUnknownTable = 0;
  }

  /** Sequence number of the last change. */
  long sequence() {
    return sequence;
  }

  /** Highest id of a table that is not there, whose changes were passed over; 0: none. */
  int highestUnknownTable() {
    return highestUnknownTable;
  }

  @Override
  public void put(int tableId, Slice key, Slice value) {
    add(tableId, EntryKind.PUT, key, value);
  }

  @Override
  public void delete(int tableId, Slice key) {
    add(tableId, EntryKind.DELETE, key, nothing);
  }

  @Override
  public void deleteRange(int tableId, Slice from, Slice to) {
    sequence++;
    TableDescriptor table = known(tableId);
    if (table != null && target != null) {
      target.addRangeTombstone(
          table, new RangeTombstone(Slice.copyOf(from), Slice.copyOf(to), sequence));
    }
  }

  private void add(int tableId, EntryKind kind, Slice key, Slice value) {
    sequence++;
    TableDescriptor table = known(tableId);
    if (table != null && target != null) {
      target.add(table, sequence, kind, timeMillis, key, value);
    }
  }

  /** The table of this id; null: dropped, though its writes are in the log or on their way. */
  private @Nullable TableDescriptor known(int tableId) {
    TableDescriptor table = tables.get(tableId);
    if (table == null) {
      highestUnknownTable = Math.max(highestUnknownTable, tableId);
    }
    return table;
  }
}
