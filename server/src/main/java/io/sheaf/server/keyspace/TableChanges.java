package io.sheaf.server.keyspace;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.ValueConsumer;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction reads and changes in the rows of tables, and the memory that it takes for
 * that. Reads see the changes.
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> Who made it closes it; values
 * that it has handed out are not used afterwards.
 */
final class TableChanges implements AutoCloseable {
  private final Keyspace keyspace;

  // Most transactions only read one row: what changes need is made with the first change.
  private Map<Table, RowChanges> tables = Map.of();

  /** Taken with the first need, given back in the end. */
  private @Nullable RowMemory memory;

  private final ChangeBudget budget = new ChangeBudget(this::beginLarge);

  /** Whether something has begun for which much memory is taken. */
  private boolean large;

  /** The moment as of which it reads; null: the present. */
  private @Nullable Snapshot moment;

  TableChanges(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  /** See {@link Transaction#readAsOfNow}. */
  void readAsOfNow() {
    if (moment == null) {
      moment = keyspace.db().snapshot();
    }
  }

  /** See {@link Transaction#beginLarge}. */
  void beginLarge() {
    if (!large) {
      keyspace.largeWork().lock();
      large = true;
    }
  }

  /** Whether others wait for it to be closed. */
  boolean isLarge() {
    return large;
  }

  /** Memory that is valid until it is closed. */
  RowMemory memory() {
    RowMemory taken = memory;
    if (taken == null) {
      taken = keyspace.takeMemory().whenLarge(this::beginLarge);
      memory = taken;
    }
    return taken;
  }

  /** What may be changed. */
  ChangeBudget budget() {
    return budget;
  }

  /** Whether nothing was changed. */
  boolean isEmpty() {
    return tables.isEmpty();
  }

  /** Shows the value of a row to {@code consumer}, without copying it; false: there is none. */
  boolean row(Table table, byte[] rowKey, ValueConsumer consumer) throws IOException {
    RowChanges changes = tables.get(table);
    return changes == null
        ? keyspace.db().get(table, memory().key(rowKey), moment, consumer)
        : changes.get(rowKey, consumer);
  }

  /** Sets a row to a copy of {@code value}. */
  void put(Table table, byte[] rowKey, byte[] value) {
    in(table).put(rowKey, value);
  }

  /** Sets a row to {@code length} bytes, which the caller writes to what is returned. */
  Slice put(Table table, byte[] rowKey, int length) {
    return in(table).put(rowKey, length);
  }

  /** Removes a row. */
  void delete(Table table, byte[] rowKey) {
    in(table).delete(rowKey);
  }

  /** Removes the rows from a key (inclusive) to another (exclusive). */
  void deleteRange(Table table, byte[] from, byte[] to) {
    in(table).deleteRange(from, to);
  }

  /** The rows from a key (inclusive) to another (exclusive), in the order asked for. */
  Rows between(Table table, byte[] from, byte[] to, boolean reversed, long limit)
      throws IOException {
    return in(table).between(from, to, reversed, limit);
  }

  private RowChanges in(Table table) {
    RowChanges changes = tables.get(table);
    if (changes == null) {
      if (tables.isEmpty()) {
        tables = new HashMap<>();
      }
      changes = new RowChanges(keyspace.db(), table, memory(), moment, budget);
      tables.put(table, changes);
    }
    return changes;
  }

  /** Takes all changes back. */
  void forget() {
    tables = Map.of();
  }

  /** Adds the changes to {@code batch}. */
  void addTo(WriteBatch batch) {
    tables.values().forEach(changes -> changes.addTo(batch));
  }

  /** Gives back what it holds. */
  @Override
  public void close() {
    RowMemory taken = memory;
    memory = null;
    if (taken != null) {
      keyspace.giveBack(taken);
    }
    Snapshot read = moment;
    moment = null;
    if (read != null) {
      read.close();
    }
    if (large) {
      large = false;
      keyspace.largeWork().unlock();
    }
  }
}
