package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.Slice;

/**
 * What must hold of a row for a batch to be written, see {@link Db#writeIf}.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public sealed interface WriteCondition {
  /** Table of the row. */
  Table table();

  /** Key of the row. */
  Slice key();

  /**
   * Nothing has put or deleted {@code key} since {@code snapshot} was taken. Where a value was read
   * at the snapshot, it is still the row's. That a row has expired is no change.
   *
   * @param snapshot must stay open until the batch is written or refused
   */
  static WriteCondition unchangedSince(Table table, byte[] key, Snapshot snapshot) {
    return new UnchangedSince(table, Slice.copyOf(Slice.of(key)), snapshot);
  }

  /** There is no row with {@code key}. */
  static WriteCondition absent(Table table, byte[] key) {
    return new Absent(table, Slice.copyOf(Slice.of(key)));
  }

  /** See {@link #unchangedSince}. */
  record UnchangedSince(Table table, Slice key, Snapshot snapshot) implements WriteCondition {}

  /** See {@link #absent}. */
  record Absent(Table table, Slice key) implements WriteCondition {}
}
