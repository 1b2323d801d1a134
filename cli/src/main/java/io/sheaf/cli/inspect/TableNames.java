package io.sheaf.cli.inspect;

import io.sheaf.engine.Sheaf;
import io.sheaf.engine.inspect.StoreSurvey;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.version.TableState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Tables by id, as the manifest beside a file tells them; a number for a name where it does not.
 *
 * <p><em>Thread safety:</em> immutable.
 */
final class TableNames {
  private final Map<Integer, ShownTable> tables = new HashMap<>();

  private TableNames() {}

  /** What can be found out in a directory. */
  static TableNames in(Path directory) {
    TableNames found = new TableNames();
    Components parts = Sheaf.components();
    try {
      StoreSurvey survey = StoreSurvey.of(parts.fileSystem(), directory, parts.extractors());
      for (TableState table : survey.version().tables().values()) {
        found.tables.put(table.descriptor().id(), ShownTable.of(table.descriptor()));
      }
    } catch (IOException unknown) {
      found.tables.clear(); // the file is shown all the same, with numbers
    }
    return found;
  }

  ShownTable of(int id) {
    return tables.getOrDefault(id, new ShownTable(String.valueOf(id), null));
  }
}
