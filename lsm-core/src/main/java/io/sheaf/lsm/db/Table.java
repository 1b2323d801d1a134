package io.sheaf.lsm.db;

import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;

/**
 * A table of an open store: what reads and writes name.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class Table {
  private final Db db;
  private final TableDescriptor descriptor;

  Table(Db db, TableDescriptor descriptor) {
    this.db = db;
    this.descriptor = descriptor;
  }

  /** Number of the table in its store. */
  public int id() {
    return descriptor.id();
  }

  /** Name of the table. */
  public String name() {
    return descriptor.name();
  }

  /** Options it was opened with. */
  public TableOptions options() {
    return descriptor.options();
  }

  TableDescriptor descriptor() {
    return descriptor;
  }

  boolean belongsTo(Db other) {
    return db == other;
  }

  @Override
  public String toString() {
    return "table '" + name() + "'";
  }
}
