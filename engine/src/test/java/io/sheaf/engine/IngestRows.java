package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.BulkWriter;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

/**
 * Rows that are written and ingested, and what a table of them should hold.
 *
 * <p><b>Thread safety.</b> None.
 */
final class IngestRows {
  /** How many rows an ingest brings; keys are drawn of twice as many. */
  static final int ROWS = 600;

  private final Random random;

  IngestRows(Random random) {
    this.random = random;
  }

  /** Writes rows, and deletes some, in the store and in what it should be. */
  void writeSome(Db db, Table table, NavigableMap<Slice, Slice> model, int writes)
      throws Exception {
    for (int i = 0; i < writes; i++) {
      switch (random.nextInt(20)) {
        case 0 -> {
          byte[] key = key(random.nextInt(ROWS * 2));
          db.delete(table, key);
          model.remove(Slice.of(key));
        }
        case 1 -> {
          int from = random.nextInt(ROWS * 2);
          byte[] first = key(from);
          byte[] end = key(from + 1 + random.nextInt(10));
          db.write(new WriteBatch().deleteRange(table, first, end));
          model.subMap(Slice.of(first), true, Slice.of(end), false).clear();
        }
        default -> put(db, table, model, Durability.WRITTEN);
      }
    }
  }

  /** Sets a row. */
  void put(Db db, Table table, NavigableMap<Slice, Slice> model, Durability durability)
      throws IOException {
    byte[] key = key(random.nextInt(ROWS * 2));
    byte[] value = new byte[1 + random.nextInt(200)];
    random.nextBytes(value);
    db.write(new WriteBatch().put(table, key, value), durability);
    model.put(Slice.of(key), Slice.of(value));
  }

  /** Checks that these keys read as they should. */
  static void gets(
      Db db, Table table, NavigableMap<Slice, Slice> model, NavigableMap<Slice, Slice> more)
      throws IOException {
    for (Slice key : more.keySet()) {
      byte[] found = db.get(table, key.toByteArray());
      assertEquals(model.get(key), found == null ? null : Slice.of(found), key::toString);
    }
  }

  /** Rows to ingest: every other key, the even or the odd ones. */
  NavigableMap<Slice, Slice> rows(int round) {
    NavigableMap<Slice, Slice> rows = new TreeMap<>();
    for (int i = 0; i < ROWS; i++) {
      byte[] value = new byte[1 + random.nextInt(300)];
      random.nextBytes(value);
      rows.put(Slice.of(key(i * 2 + round % 2)), Slice.of(value));
    }
    return rows;
  }

  /** Hands rows to a bulk writer. */
  static void fill(BulkWriter bulk, NavigableMap<Slice, Slice> rows) throws IOException {
    for (var row : rows.entrySet()) {
      bulk.put(row.getKey(), row.getValue());
    }
  }

  /** Key of a row: groups of forty. */
  static byte[] key(int row) {
    return String.format(Locale.ROOT, "%02d-%05d", row / 40, row)
        .getBytes(StandardCharsets.US_ASCII);
  }
}
