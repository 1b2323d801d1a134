package io.sheaf.bench.engine;

import io.sheaf.cli.measure.RowPage;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.testdata.Read;
import io.sheaf.testdata.RowKey;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads rows from Sheaf: by a cursor that knows its bounds and its limit, or by key. */
final class SheafReader implements RowReader {
  private final Db db;
  private final Table table;
  private final byte[] key = new byte[RowKey.BYTES];
  private final Slice keySlice = Slice.of(key);
  private @Nullable Cursor cursor;

  /** Whether the cursor stands on a row that had no room in the page. */
  private boolean onRow;

  SheafReader(Db db, Table table) {
    this.db = db;
    this.table = table;
  }

  @Override
  public void begin(Read read) throws IOException {
    close();
    RowKey.write(read.user(), read.id(), key, 0);
    switch (read.kind()) {
      case LATEST, HOT_LATEST, CURSOR, FULL -> cursor = db.cursor(table, options(read));
      case GET, MISS -> {}
    }
  }

  private CursorOptions options(Read read) {
    CursorOptions all = CursorOptions.prefix(Arrays.copyOf(key, RowKey.PREFIX_BYTES));
    return switch (read.kind()) {
      case LATEST, HOT_LATEST -> all.reversed().limit(read.limit());
      case CURSOR, FULL, GET, MISS -> {
        Slice end = all.upper();
        yield all.between(key, end == null ? null : end.toByteArray()).limit(read.limit());
      }
    };
  }

  @Override
  public boolean fill(RowPage page) throws IOException {
    Cursor rows = cursor;
    if (rows == null) {
      return get(page);
    }
    while (onRow || rows.next()) {
      Slice rowKey = rows.key();
      Slice value = rows.value();
      onRow = !page.hasRoom(rowKey, value);
      if (onRow) {
        return false;
      }
      page.add(rowKey, value);
    }
    close();
    return true;
  }

  private boolean get(RowPage page) throws IOException {
    if (!page.hasRoom(ROW_ROOM_BYTES)) {
      return false;
    }
    db.get(table, keySlice, null, value -> page.add(keySlice, value));
    return true;
  }

  @Override
  public void close() {
    onRow = false;
    if (cursor != null) {
      cursor.close();
      cursor = null;
    }
  }
}
