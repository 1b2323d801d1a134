package io.sheaf.cli.irc;

import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** All rows of a store, to be compared with those of another. */
final class StoreContent {
  private StoreContent() {}

  static List<String> of(Path directory) throws IOException {
    List<String> rows = new ArrayList<>();
    try (Db db = Sheaf.open(directory, DbOptions.DEFAULT.withCreateIfMissing(false))) {
      for (Table table : db.tables()) {
        try (Cursor cursor = db.cursor(table, CursorOptions.ALL)) {
          while (cursor.next()) {
            rows.add(
                table.name()
                    + " "
                    + HexFormat.of().formatHex(cursor.key().toByteArray())
                    + " "
                    + HexFormat.of().formatHex(cursor.value().toByteArray()));
          }
        }
      }
    }
    return rows;
  }
}
