package io.sheaf.engine;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.torture.Linearity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Writes, reads, scans, flushes and merges of a whole store at the same time: each takes effect at
 * one moment between its call and its return.
 */
@Param(name = "key", gen = IntGen.class, conf = "0:3")
@Param(name = "value", gen = IntGen.class)
public class DbLinearTest {
  private final Db db;
  private final Table table;

  /** A store in memory. */
  public DbLinearTest() throws IOException {
    db = SmallStore.open(new MemoryFileSystem());
    table = db.openTable("t", SmallStore.TABLE);
  }

  /** Sets two keys by one batch. */
  @Operation
  public void put(
      @Param(name = "key") int key,
      @Param(name = "key") int other,
      @Param(name = "value") int value)
      throws IOException {
    Durability durability =
        switch (Math.floorMod(value, 3)) {
          case 0 -> Durability.SYNC;
          case 1 -> Durability.WRITTEN;
          default -> Durability.BUFFERED;
        };
    WriteBatch batch = new WriteBatch().put(table, bytes(key), bytes(value));
    db.write(batch.put(table, bytes(other), bytes(value + 1)), durability);
  }

  /** Deletes a key. */
  @Operation
  public void delete(@Param(name = "key") int key) throws IOException {
    db.write(new WriteBatch().delete(table, bytes(key)), Durability.BUFFERED);
  }

  /** The value of a key. */
  @Operation
  public String get(@Param(name = "key") int key) throws IOException {
    byte[] value = db.get(table, bytes(key));
    return value == null ? "none" : new String(value, StandardCharsets.US_ASCII);
  }

  /** All rows. */
  @Operation
  public String scan() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<Slice, Slice> row : SmallStore.rows(db, table, CursorOptions.ALL).entrySet()) {
      text.append(text(row.getKey())).append('=').append(text(row.getValue())).append(' ');
    }
    return text.toString();
  }

  /** Changes no row. */
  @Operation
  public void flush() throws IOException, InterruptedException {
    db.flush();
  }

  /** Changes no row. */
  @Operation
  public void compact() throws IOException, InterruptedException {
    db.compact(table, null, null);
  }

  /** Closes the store. */
  @Validate
  public void close() throws IOException {
    db.close();
  }

  @Test
  void eachOperationTakesEffectAtOneMoment() {
    Linearity.stress(50).sequentialSpecification(Model.class).check(getClass());
  }

  private static byte[] bytes(int number) {
    return Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(Slice slice) {
    return new String(slice.toByteArray(), StandardCharsets.US_ASCII);
  }

  /** The same, one operation behind the other. */
  public static class Model {
    private final TreeMap<Integer, Integer> rows = new TreeMap<>();

    /** Sets two keys. */
    public void put(int key, int other, int value) {
      rows.put(key, value);
      rows.put(other, value + 1);
    }

    /** Deletes a key. */
    public void delete(int key) {
      rows.remove(key);
    }

    /** The value of a key. */
    public String get(int key) {
      Integer value = rows.get(key);
      return value == null ? "none" : value.toString();
    }

    /** All rows. */
    public String scan() {
      StringBuilder text = new StringBuilder();
      rows.forEach((key, value) -> text.append(key).append('=').append(value).append(' '));
      return text.toString();
    }

    /** Changes nothing. */
    public void flush() {}

    /** Changes nothing. */
    public void compact() {}
  }
}
