package io.sheaf.grouping;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.memtable.ChunkPool;
import io.sheaf.torture.Linearity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * One writer and readers without a lock, as the store uses a memtable: what is read at the visible
 * sequence number is the state at one moment.
 */
@Param(name = "key", gen = IntGen.class, conf = "0:5")
@Param(name = "value", gen = IntGen.class)
public class GroupedMemTableLinearTest {
  private static final Slice NOTHING = new Slice();

  private final GroupedMemTable table =
      new GroupedMemTable(new FixedPrefix(1), false, ChunkPool.keepingNone());
  private volatile long visible;
  private long sequence;

  /** Sets a key; suffixes come in any order. */
  @Operation(nonParallelGroup = "writer")
  public void put(@Param(name = "key") int key, @Param(name = "value") int value) {
    table.add(++sequence, EntryKind.PUT, 0, key(key), Slice.utf8(Integer.toString(value)));
    visible = sequence;
  }

  /** Deletes a key. */
  @Operation(nonParallelGroup = "writer")
  public void delete(@Param(name = "key") int key) {
    table.add(++sequence, EntryKind.DELETE, 0, key(key), NOTHING);
    visible = sequence;
  }

  /** The value of a key. */
  @Operation
  public String get(@Param(name = "key") int key) {
    try (PointResult found = new PointResult()) {
      boolean any = table.get(key(key), visible, found);
      return any && found.kind() == EntryKind.PUT ? text(found.value()) : "none";
    }
  }

  /** All rows. */
  @Operation
  public String scan() throws IOException {
    return scan(ScanBounds.Direction.FORWARD);
  }

  /** All rows, the last one first. */
  @Operation
  public String scanBackwards() throws IOException {
    return scan(ScanBounds.Direction.REVERSE);
  }

  /** Gives the memory back. */
  @Validate
  public void close() {
    table.close();
  }

  @Test
  void readersSeeOneMoment() {
    Linearity.stress(300).sequentialSpecification(Model.class).check(getClass());
  }

  private String scan(ScanBounds.Direction direction) throws IOException {
    long at = visible;
    StringBuilder rows = new StringBuilder();
    String last = "";
    ScanBounds all = new ScanBounds(direction, null, null, ScanBounds.UNLIMITED, false);
    try (InternalCursor cursor = table.cursor(all)) {
      for (cursor.seekFirst(); cursor.valid(); cursor.next()) {
        String key = text(cursor.key());
        if (cursor.sequence() <= at && !key.equals(last)) { // the newest version comes first
          last = key;
          if (cursor.kind() == EntryKind.PUT) {
            rows.append(key).append('=').append(text(cursor.value())).append(' ');
          }
        }
      }
    }
    return rows.toString();
  }

  private static Slice key(int number) {
    return Slice.utf8(name(number));
  }

  /** Two groups of three. */
  private static String name(int number) {
    return (number < 3 ? "a" : "b") + number;
  }

  private static String text(Slice slice) {
    return new String(slice.toByteArray(), StandardCharsets.UTF_8);
  }

  /** The same, one operation behind the other. */
  public static class Model {
    private final TreeMap<String, Integer> rows = new TreeMap<>();

    /** Sets a key. */
    public void put(int key, int value) {
      rows.put(name(key), value);
    }

    /** Deletes a key. */
    public void delete(int key) {
      rows.remove(name(key));
    }

    /** The value of a key. */
    public String get(int key) {
      Integer value = rows.get(name(key));
      return value == null ? "none" : value.toString();
    }

    /** All rows. */
    public String scan() {
      StringBuilder text = new StringBuilder();
      rows.forEach((key, value) -> text.append(key).append('=').append(value).append(' '));
      return text.toString();
    }

    /** All rows, the last one first. */
    public String scanBackwards() {
      StringBuilder text = new StringBuilder();
      rows.descendingMap()
          .forEach((key, value) -> text.append(key).append('=').append(value).append(' '));
      return text.toString();
    }
  }
}
