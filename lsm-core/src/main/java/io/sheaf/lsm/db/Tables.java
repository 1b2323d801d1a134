package io.sheaf.lsm.db;

import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import io.sheaf.lsm.version.VersionEdit;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The tables of an open store and their current options.
 *
 * <p><b>Thread safety.</b> Looking takes no lock; changes are made one at a time.
 */
final class Tables {
  /** Makes an edit durable and shows it. */
  @FunctionalInterface
  interface Edits {
    void apply(VersionEdit edit) throws IOException;
  }

  private final Supplier<Version> version;
  private final Edits edits;
  private volatile Map<Integer, TableDescriptor> byId;

  Tables(Supplier<Version> version, Edits edits) {
    this.version = version;
    this.edits = edits;
    this.byId = read(version.get());
  }

  Map<Integer, TableDescriptor> byId() {
    return byId;
  }

  boolean has(int id) {
    return byId.containsKey(id);
  }

  Collection<TableDescriptor> all() {
    return byId.values();
  }

  Optional<TableDescriptor> find(String name) {
    return all().stream().filter(table -> table.name().equals(name)).findFirst();
  }

  List<String> names() {
    return all().stream().map(TableDescriptor::name).toList();
  }

  synchronized TableDescriptor open(String name, TableOptions options) throws IOException {
    if (name.isEmpty() || name.length() > 255) {
      throw new IllegalArgumentException("a table's name has 1 to 255 characters: '" + name + "'");
    }
    Optional<TableDescriptor> present = find(name);
    if (present.isPresent() && present.get().options().equals(options)) {
      return present.get();
    }
    TableDescriptor table =
        new TableDescriptor(
            present.map(TableDescriptor::id).orElse(version.get().nextTableId()), name, options);
    edits.apply(
        VersionEdit.of(
            present.isPresent()
                ? new VersionEdit.AlterTable(table)
                : new VersionEdit.CreateTable(table)));
    byId = read(version.get());
    return table;
  }

  synchronized void drop(int id) throws IOException {
    edits.apply(VersionEdit.of(new VersionEdit.DropTable(id)));
    byId = read(version.get());
  }

  private static Map<Integer, TableDescriptor> read(Version version) {
    Map<Integer, TableDescriptor> tables = new TreeMap<>();
    for (TableState state : version.tables().values()) {
      tables.put(state.descriptor().id(), state.descriptor());
    }
    return new LinkedHashMap<>(tables); // in the order of ids, and each read looks its table up
  }
}
