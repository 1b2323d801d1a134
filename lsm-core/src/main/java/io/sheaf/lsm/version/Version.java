package io.sheaf.lsm.version;

import io.sheaf.lsm.io.StoreId;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which files make up the store at one moment: immutable, so that a reader that holds a version
 * sees one state however long it takes.
 *
 * @param store which store it is
 * @param tables by table id
 * @param logNumber the oldest log whose writes are not all in SSTables; 0: none yet
 * @param lastSequence highest sequence number in the SSTables
 * @param lastTimeMillis write time that no later write may lie before
 * @param nextTableId id that the next table gets
 */
public record Version(
    StoreId store,
    Map<Integer, TableState> tables,
    long logNumber,
    long lastSequence,
    long lastTimeMillis,
    int nextTableId) {
  /** Copies the map. */
  public Version {
    tables = Map.copyOf(tables);
  }

  /** A store without tables and without an id. */
  public static Version empty() {
    return new Version(StoreId.NONE, Map.of(), 0, 0, 0, 1);
  }

  /** The same as the state of another store. */
  public Version of(StoreId other) {
    return new Version(other, tables, logNumber, lastSequence, lastTimeMillis, nextTableId);
  }

  /** The table of this id, null where there is none. */
  public @Nullable TableState table(int id) {
    return tables.get(id);
  }

  /** The table of this name, null where there is none. */
  public @Nullable TableState table(String name) {
    for (TableState table : tables.values()) {
      if (table.descriptor().name().equals(name)) {
        return table;
      }
    }
    return null;
  }

  /** Tables in the order of their ids. */
  public Map<Integer, TableState> tablesInOrder() {
    return new TreeMap<>(tables);
  }
}
