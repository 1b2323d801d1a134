package io.sheaf.engine.repair;

import io.sheaf.engine.inspect.StoreSurvey;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.version.PrefixResolver;
import io.sheaf.lsm.version.StoredTable;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a damaged store: those of the manifest, as far as it can be read, and those that
 * only files speak of. What nothing names any more gets a name.
 *
 * <p><b>Thread safety.</b> None.
 */
final class FoundTables {
  private static final String LOST_NAME = "lost-";

  /** A time to live that ends no row there is, and lets all of them keep their write times. */
  private static final long HARMLESS_TTL_MILLIS = Duration.ofDays(365_000).toMillis();

  private final StoreSurvey survey;
  private final PrefixResolver prefixes;
  private final List<String> notes;
  private final Map<Integer, TableDescriptor> descriptors = new TreeMap<>();
  private int nextId;

  /** The tables of the manifest. */
  FoundTables(StoreSurvey survey, PrefixResolver prefixes, List<String> notes) {
    this.survey = survey;
    this.prefixes = prefixes;
    this.notes = notes;
    this.nextId = survey.version().nextTableId();
    for (TableState table : survey.version().tablesInOrder().values()) {
      add(table.descriptor());
    }
  }

  /** Whether the manifest had created a table with this number and dropped it again. */
  boolean wasDropped(int id) {
    return survey.whole() && id < survey.version().nextTableId() && survey.table(id) == null;
  }

  /** A table that an SSTable describes; what is known of it already is newer. */
  void describe(StoredTable table) {
    if (!descriptors.containsKey(table.id())) {
      add(resolve(table));
    }
  }

  private TableDescriptor resolve(StoredTable table) {
    try {
      return table.resolve(prefixes);
    } catch (IOException unknownRule) {
      notes.add(unknownRule.getMessage() + "; its rows are kept without groups");
      return new TableDescriptor(table.id(), table.name(), table.options());
    }
  }

  /**
   * The table with this number, made up where nothing describes it any more. Null for a table that
   * was dropped, as far as the manifest knows, and for the marks of a log, which belong to none.
   *
   * @param what what has rows of it
   */
  @Nullable TableDescriptor numbered(int id, String what) {
    TableDescriptor known = descriptors.get(id);
    if (known == null && !wasDropped(id) && id != WriteBatch.MARK_TABLE) {
      String name = "table-" + id;
      notes.add(
          "nothing tells the name and the options of table "
              + id
              + " any more, of which "
              + what
              + " has rows: it is '"
              + name
              + "' now, without groups; it may be one that was dropped");
      known = new TableDescriptor(id, name, TableOptions.DEFAULT);
      add(known);
    }
    return known;
  }

  /**
   * A table of its own for the SSTable {@code file}, of which nothing tells whose it is. Its number
   * is none that anything has spoken of: to be asked for when all files and logs were looked at.
   */
  TableDescriptor nameless(String file, long fileNumber) {
    TableDescriptor table =
        new TableDescriptor(nextId, LOST_NAME + fileNumber, TableOptions.DEFAULT);
    add(table);
    notes.add(
        file
            + " does not say any more of which table it is: its rows are in '"
            + table.name()
            + "'");
    return table;
  }

  private void add(TableDescriptor table) {
    descriptors.put(table.id(), table);
    nextId = Math.max(nextId, table.id() + 1);
  }

  /**
   * All tables. Names that two of them have are made different.
   *
   * @param current whether the options of those that the manifest names are the last ones: else
   *     none keeps a time to live by which rows would go for good when the store is opened
   */
  Map<Integer, TableDescriptor> distinct(boolean current) {
    Map<String, Integer> owners = new HashMap<>();
    Map<Integer, TableDescriptor> distinct = new TreeMap<>();
    descriptors.forEach((id, table) -> {
      Integer owner = owners.putIfAbsent(table.name(), id);
      if (owner == null) {
        distinct.put(id, table);
      } else {
        String other = table.name() + "-" + id;
        owners.put(other, id);
        notes.add(
            "tables "
                + owner
                + " and "
                + id
                + " were both '"
                + table.name()
                + "': the second is '"
                + other
                + "' now");
        distinct.put(id, new TableDescriptor(id, other, table.options()));
      }
    });
    distinct.replaceAll((id, table) ->
        table.options().expires() && !(current && survey.table(id) != null)
            ? withHarmlessTtl(table)
            : table);
    return distinct;
  }

  private TableDescriptor withHarmlessTtl(TableDescriptor table) {
    notes.add(
        "table '"
            + table.name()
            + "' kept its rows for "
            + table.options().ttlMillis()
            + " ms once, and nothing tells whether it still did in the end: it keeps them for a"
            + " thousand years now, so that none goes too early; open it with the time to live that"
            + " it must have");
    return new TableDescriptor(
        table.id(), table.name(), table.options().withTtlMillis(HARMLESS_TTL_MILLIS));
  }

  /** A number that is no table's and was none's. */
  int nextId() {
    return nextId;
  }
}
