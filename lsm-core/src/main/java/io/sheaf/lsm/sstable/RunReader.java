package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.Varint;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.value.ValueReference;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Shows the rows of one run of a data block, see {@link TableFormat}; any row as fast as any other.
 * A flyweight: {@link #open} points it at a run.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> Valid as long as the block is.
 */
final class RunReader {
  private final LinearColumn keys = new LinearColumn();
  private final LinearColumn sequences = new LinearColumn();
  private final LinearColumn times = new LinearColumn();
  private final LinearColumn values = new LinearColumn();
  private final LinearColumn valueLengths = new LinearColumn();
  private final ValueReference block = new ValueReference();
  private MemorySegment segment = MemorySegment.NULL;
  private int index;
  private int flags;
  private int rows;
  private long keyOffset;
  private int keyLength;
  private int sharedLength;
  private long restsOffset;
  private long deletesOffset;
  private long valuesOffset;

  /**
   * Points at the run that {@code in} stands on and steps over it.
   *
   * @param index number of the run in its block
   * @throws MalformedException when it is none
   */
  void open(
      ByteReader in,
      MemorySegment segment,
      int index,
      boolean hasTimes,
      long baseSequence,
      long baseTime) {
    this.segment = segment;
    this.index = index;
    flags = in.readByte();
    boolean single = is(TableFormat.SINGLE);
    rows = single ? 1 : in.readByte() + 1;
    keyLength = in.readCount(TableFormat.MAX_KEY_BYTES);
    keyOffset = in.position();
    skip(in, keyLength);
    openKeys(in);
    if (is(TableFormat.ZERO_SEQUENCES)) {
      sequences.constant(0);
    } else {
      openColumn(in, sequences, baseSequence);
    }
    if (hasTimes) {
      openColumn(in, times, baseTime);
    } else {
      times.constant(0);
    }
    if (is(TableFormat.DELETES) && !single) {
      deletesOffset = in.position();
      skip(in, (rows + Byte.SIZE - 1) / Byte.SIZE);
    }
    if (is(TableFormat.SEPARATED)) {
      openReference(in);
    }
    openValues(in);
  }

  private void openKeys(ByteReader in) {
    if (!is(TableFormat.BYTE_KEYS)) {
      sharedLength = keyLength;
      long first = KeyNumber.of(segment, keyOffset, keyLength);
      if (is(TableFormat.SINGLE)) {
        keys.constant(first);
      } else {
        keys.open(in, rows, first);
      }
      return;
    }
    if (rows == 1) {
      throw new MalformedException("one key in a run of keys that differ");
    }
    sharedLength = in.readCount(keyLength);
    keys.open(in, rows - 1, 0);
    restsOffset = in.position();
    skip(in, keys.at(segment, rows - 2));
  }

  private void openColumn(ByteReader in, LinearColumn column, long origin) {
    if (is(TableFormat.SINGLE)) {
      column.constant(origin + Varint.unzigzag(in.readVarint()));
    } else {
      column.open(in, rows, origin);
    }
  }

  private void openReference(ByteReader in) {
    block.fileNumber = in.readVarint();
    block.blockOffset = in.readVarint();
    block.storedBytes = in.readCount(Integer.MAX_VALUE);
    block.rawBytes = in.readCount(Integer.MAX_VALUE);
    block.valueOffset = in.readCount(block.rawBytes);
  }

  private void openValues(ByteReader in) {
    valueLengths.constant(0);
    if (is(TableFormat.SINGLE)) {
      values.constant(is(TableFormat.DELETES) ? 0 : in.readCount(TableFormat.MAX_RAW_BYTES));
    } else {
      values.open(in, rows, 0);
      if (is(TableFormat.GAPS)) {
        valueLengths.open(in, rows, 0);
      }
    }
    if (is(TableFormat.SEPARATED)) {
      valuesOffset = block.valueOffset;
    } else {
      if (is(TableFormat.GAPS)) {
        throw new MalformedException("gaps between values inside");
      }
      valuesOffset = in.position();
      skip(in, values.at(segment, rows - 1));
    }
  }

  /**
   * Checks every row: that its key and value lie where keys and values of this run lie.
   *
   * @throws MalformedException when one does not
   */
  void check() {
    long last = valueStart(rows - 1) + lengthOf(rows - 1);
    long end = separated() ? (long) block.rawBytes - block.valueOffset : last;
    long lowest = separated() ? -(long) block.valueOffset : 0;
    for (int row = 0; row < rows; row++) {
      long start = valueStart(row);
      long length = lengthOf(row);
      if (length < 0 || start < lowest || start > end - length) {
        throw new MalformedException("value " + start + " + " + length + " of row " + row);
      }
      if (!numericKeys() && row > 0) {
        long restStart = row == 1 ? 0 : keys.at(segment, row - 2);
        long rest = keys.at(segment, row - 1) - restStart;
        if (restStart < 0 || rest < 0 || rest > TableFormat.MAX_KEY_BYTES - sharedLength) {
          throw new MalformedException("key " + restStart + " + " + rest + " of row " + row);
        }
      }
    }
  }

  private static void skip(ByteReader in, long bytes) {
    if (bytes < 0 || bytes > in.remaining()) {
      throw new MalformedException(bytes + " bytes to skip, " + in.remaining() + " left");
    }
    in.position(in.position() + bytes);
  }

  private boolean is(int flag) {
    return (flags & flag) != 0;
  }

  /** Number of the run in its block. */
  int index() {
    return index;
  }

  /** Number of rows, at least one. */
  int rows() {
    return rows;
  }

  /** Whether the first key is the last one of the run before. */
  boolean continues() {
    return is(TableFormat.CONTINUES);
  }

  /** Whether the values of rows that are no deletes lie in a value block. */
  boolean separated() {
    return is(TableFormat.SEPARATED);
  }

  /** The value block that a separated run refers to. */
  ValueReference block() {
    return block;
  }

  /** Whether all keys have the length of the first one and differ in their {@link KeyNumber}. */
  boolean numericKeys() {
    return !is(TableFormat.BYTE_KEYS);
  }

  /** Number of the row's key, where {@link #numericKeys}. */
  long keyNumber(int row) {
    return keys.at(segment, row);
  }

  /** Length of the row's key in bytes. */
  int keyLength(int row) {
    return numericKeys() ? keyLength : sharedLength + restLength(row);
  }

  /** Copies the first key to {@code target}. */
  void copyFirstKey(MemorySegment target) {
    MemorySegment.copy(segment, keyOffset, target, 0, keyLength);
  }

  /**
   * Turns the key in {@code target}, which is another one of this run, into that of {@code row}.
   */
  void copyKey(int row, MemorySegment target) {
    if (numericKeys()) {
      KeyNumber.put(target, 0, keyLength, keyNumber(row));
    } else {
      MemorySegment.copy(segment, restOffset(row), target, sharedLength, restLength(row));
    }
  }

  /** Whether all rows are PUTs, and no two have the same key. */
  boolean isPlain() {
    return (flags & (TableFormat.VERSIONS | TableFormat.DELETES)) == 0;
  }

  /** Whether {@code row} has the key of the row before it in this run. */
  boolean repeatsKey(int row) {
    if (!is(TableFormat.VERSIONS)) {
      return false;
    }
    if (numericKeys()) {
      return keyNumber(row) == keyNumber(row - 1);
    }
    int length = restLength(row);
    return length == restLength(row - 1)
        && Slice.compare(segment, restOffset(row), length, segment, restOffset(row - 1), length)
            == 0;
  }

  /** Order of the row's key and {@code key}. */
  int compareKey(int row, Slice key) {
    int head = numericKeys() ? Math.max(0, keyLength - Long.BYTES) : sharedLength;
    int order = compareShared(head, key);
    return order != 0 ? order : compareRest(row, head, key);
  }

  /**
   * The first row whose key is not below {@code key}, or above it where {@code above}; the number
   * of rows where there is none.
   */
  int search(Slice key, boolean above) {
    int head = numericKeys() ? Math.max(0, keyLength - Long.BYTES) : sharedLength;
    int order = compareShared(head, key);
    if (order != 0) {
      return order > 0 ? 0 : rows;
    }
    int low = 0;
    int high = rows;
    while (low < high) {
      int middle = (low + high) >>> 1;
      order = compareRest(middle, head, key);
      if (order < 0 || (above && order == 0)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Order of the bytes that all keys share and those of {@code key}; 0: the rest decides. */
  private int compareShared(int shared, Slice key) {
    int common = Math.min(shared, key.length());
    int order = Slice.compare(segment, keyOffset, common, key.segment(), key.offset(), common);
    return order != 0 ? order : shared - common;
  }

  private int compareRest(int row, int shared, Slice key) {
    long keyRest = key.offset() + shared;
    int keyRestLength = key.length() - shared;
    if (numericKeys()) {
      int length = keyLength - shared;
      long number = length == 0 ? 0 : keyNumber(row) << (Long.SIZE - Byte.SIZE * length);
      int order = Long.compareUnsigned(number, Slice.head(key.segment(), keyRest, keyRestLength));
      return order != 0 ? order : Integer.compare(length, keyRestLength);
    }
    return Slice.compare(
        segment, restOffset(row), restLength(row), key.segment(), keyRest, keyRestLength);
  }

  private long restOffset(int row) {
    if (row == 0) {
      return keyOffset + sharedLength;
    }
    return row == 1 ? restsOffset : restsOffset + keys.at(segment, row - 2);
  }

  private int restLength(int row) {
    if (row == 0) {
      return keyLength - sharedLength;
    }
    long end = keys.at(segment, row - 1);
    return (int) (row == 1 ? end : end - keys.at(segment, row - 2));
  }

  /** Sequence number of the row. */
  long sequence(int row) {
    return sequences.at(segment, row);
  }

  /** Write time of the row in milliseconds since the epoch; 0 where none is kept. */
  long timeMillis(int row) {
    return times.at(segment, row);
  }

  /** What the row does to its key. */
  EntryKind kind(int row) {
    if (!is(TableFormat.DELETES)) {
      return EntryKind.PUT;
    }
    boolean delete =
        is(TableFormat.SINGLE)
            || (segment.get(ValueLayout.JAVA_BYTE, deletesOffset + (row >>> 3)) >>> (row & 7) & 1)
                != 0;
    return delete ? EntryKind.DELETE : EntryKind.PUT;
  }

  /** Where the row's value begins: in the data block or, where separated, in its value block. */
  long valueOffset(int row) {
    return valueOffset(valueStart(row));
  }

  /** The same of a value that begins at {@code start}, see {@link #valueStart}. */
  long valueOffset(long start) {
    return valuesOffset + start;
  }

  /** Length of the row's value in bytes. */
  int valueLength(int row) {
    return (int) lengthOf(row);
  }

  /** Points {@code into} at the row's value in the data block. */
  void inlineValue(int row, Slice into) {
    into.set(segment, valueOffset(row), valueLength(row));
  }

  /** Fills {@code into} with where the row's value lies, in a separated run. */
  void reference(int row, ValueReference into) {
    into.set(block);
    into.valueOffset = (int) valueOffset(row);
    into.valueLength = valueLength(row);
  }

  private long lengthOf(int row) {
    return valueLength(row, valueStart(row));
  }

  /** Length of the row's value, which begins at {@code start}, see {@link #valueStart}. */
  long valueLength(int row, long start) {
    return is(TableFormat.GAPS) ? valueLengths.at(segment, row) : values.at(segment, row) - start;
  }

  /** Where the value begins, counted from the first; without gaps the column holds the ends. */
  long valueStart(int row) {
    if (is(TableFormat.GAPS)) {
      return values.at(segment, row);
    }
    return row == 0 ? 0 : values.at(segment, row - 1);
  }
}
