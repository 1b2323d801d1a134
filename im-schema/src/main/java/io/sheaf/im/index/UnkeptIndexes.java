package io.sheaf.im.index;

import io.sheaf.im.table.IndexStateRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.Tables;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The indexes that a store has and that nobody keeps in this opening, or not yet. With the first
 * row that is written or removed without them they begin anew: they would be wrong about it.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class UnkeptIndexes {
  private final Db db;
  private final Set<String> names = new HashSet<>(); // guarded by this
  private volatile boolean any;

  UnkeptIndexes(Db db) {
    this.db = db;
  }

  synchronized void add(String name) {
    names.add(name);
    any = true;
  }

  synchronized void remove(String name) {
    names.remove(name);
    any = !names.isEmpty();
  }

  /** A row is to be written or removed: to be called before. */
  void beginAnew() throws IOException {
    if (any) {
      beginAllAnew();
    }
  }

  private synchronized void beginAllAnew() throws IOException {
    if (names.isEmpty()) {
      return;
    }
    WriteBatch batch = new WriteBatch();
    for (String name : names) {
      Optional<Table> table = db.findTable(Tables.INDEX + name);
      table.ifPresent(present -> batch.deleteRange(present, Keys.first(), Keys.behindAll()));
      batch.put(
          db.table("index_state"),
          name.getBytes(StandardCharsets.US_ASCII),
          IndexStateRow.BEGUN.encode());
    }
    db.write(batch);
    names.clear();
    any = false;
  }
}
