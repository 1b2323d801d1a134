package io.sheaf.cli.inspect;

import io.sheaf.grouping.PrefixExtractors;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.sstable.TableProperties;
import io.sheaf.lsm.version.TableDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * The table whose keys are shown.
 *
 * @param name empty: not known
 * @param rule how its keys split; null: not known
 */
record ShownTable(String name, @Nullable PrefixExtractor rule) {
  /** For what is no whole key, or of no known table. */
  static final ShownTable NONE = new ShownTable("", null);

  static ShownTable of(TableDescriptor table) {
    return new ShownTable(table.name(), table.options().prefix());
  }

  static ShownTable of(TableProperties file) {
    return new ShownTable(file.table().name(), PrefixExtractors.resolve(file.table().prefixRule()));
  }
}
