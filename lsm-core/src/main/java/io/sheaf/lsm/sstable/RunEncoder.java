package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.Varint;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.value.ValueReference;

/**
 * Collects the rows of one run and writes it as {@link TableFormat} says.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> The creator closes it; keys and values are
 * copied in.
 */
final class RunEncoder implements AutoCloseable {
  private final boolean keepsTimes;
  private final GrowableBuffer keys = new GrowableBuffer(8 << 10);
  private final GrowableBuffer values = new GrowableBuffer(32 << 10);
  private final int[] keyEnds = new int[TableFormat.MAX_RUN_ROWS];
  private final long[] sequences = new long[TableFormat.MAX_RUN_ROWS];
  private final long[] times = new long[TableFormat.MAX_RUN_ROWS];
  private final long[] valueStarts = new long[TableFormat.MAX_RUN_ROWS];
  private final long[] valueLengths = new long[TableFormat.MAX_RUN_ROWS];
  private final boolean[] deletes = new boolean[TableFormat.MAX_RUN_ROWS];
  private final long[] column = new long[TableFormat.MAX_RUN_ROWS];
  private final ValueReference block = new ValueReference();
  private final Slice first = new Slice();
  private final Slice last = new Slice();
  private int rows;
  private int puts;
  private boolean separated;
  private boolean numericKeys;
  private boolean gaps;
  private int flags;

  RunEncoder(boolean keepsTimes) {
    this.keepsTimes = keepsTimes;
  }

  /** Number of rows collected. */
  int rows() {
    return rows;
  }

  /** Whether a row with its value inside, or a delete, may join the rows collected. */
  boolean takesInline(EntryKind kind) {
    return rows < TableFormat.MAX_RUN_ROWS
        && switch (kind) {
          case DELETE -> true;
          case PUT -> puts == 0 || !separated;
        };
  }

  /** Whether a row with its value in {@code reference}'s block may join the rows collected. */
  boolean takes(ValueReference reference) {
    return rows < TableFormat.MAX_RUN_ROWS
        && (puts == 0 || (separated && block.sameBlock(reference)));
  }

  /**
   * Adds a row with its value inside, or a delete.
   *
   * @param sameKey whether the key is that of the row before, in this run or an earlier one
   */
  void add(Slice key, boolean sameKey, long sequence, EntryKind kind, long time, Slice value) {
    boolean delete = kind == EntryKind.DELETE;
    long start = rows == 0 ? 0 : valueStarts[rows - 1] + valueLengths[rows - 1];
    if (!delete) {
      values.putBytes(value);
      separated = false;
      puts++;
    }
    append(key, sameKey, sequence, delete, time, start, delete ? 0 : value.length());
  }

  /** Adds a row with its value in a value block. */
  void add(Slice key, boolean sameKey, long sequence, long time, ValueReference reference) {
    if (puts == 0) {
      block.set(reference);
      separated = true;
    }
    puts++;
    long start = (long) reference.valueOffset - block.valueOffset;
    long expected = rows == 0 ? 0 : valueStarts[rows - 1] + valueLengths[rows - 1];
    gaps |= start != expected;
    append(key, sameKey, sequence, false, time, start, reference.valueLength);
  }

  private void append(
      Slice key,
      boolean sameKey,
      long sequence,
      boolean delete,
      long time,
      long valueStart,
      int valueLength) {
    int row = rows++;
    if (row == 0) {
      numericKeys = true;
      flags = TableFormat.ZERO_SEQUENCES | (sameKey ? TableFormat.CONTINUES : 0);
    } else {
      flags |= sameKey ? TableFormat.VERSIONS : 0;
      numericKeys = numericKeys && differsFromFirstInNumber(key);
    }
    flags &= sequence == 0 ? -1 : ~TableFormat.ZERO_SEQUENCES;
    flags |= delete ? TableFormat.DELETES : 0;
    keys.putBytes(key);
    keyEnds[row] = keys.size();
    sequences[row] = sequence;
    times[row] = time;
    deletes[row] = delete;
    valueStarts[row] = valueStart;
    valueLengths[row] = valueLength;
  }

  private boolean differsFromFirstInNumber(Slice key) {
    int length = keyEnds[0];
    int same = Math.max(0, length - Long.BYTES);
    return key.length() == length
        && Slice.compare(key.segment(), key.offset(), same, keys.segment(), 0, same) == 0;
  }

  /** Bytes that the run will take, roughly; not too few. */
  int estimatedBytes() {
    int perRow = 8 + (keepsTimes ? 3 : 0);
    return 24
        + values.size()
        + perRow * rows
        + (numericKeys && rows > 0 ? keyEnds[0] : keys.size());
  }

  /** Appends the run to {@code target} and begins the next one. */
  void finish(long baseSequence, long baseTime, GrowableBuffer target) {
    boolean single = rows == 1;
    flags |= single ? TableFormat.SINGLE : 0;
    flags |= separated ? TableFormat.SEPARATED : 0;
    flags |= gaps && !single ? TableFormat.GAPS : 0;
    flags |= numericKeys ? 0 : TableFormat.BYTE_KEYS;
    target.putByte(flags);
    if (!single) {
      target.putByte(rows - 1);
    }
    target.putVarint(keyEnds[0]);
    target.putBytes(keys.segment(), 0, keyEnds[0]);
    if (!single) {
      putKeys(target);
    }
    if ((flags & TableFormat.ZERO_SEQUENCES) == 0) {
      putColumn(sequences, baseSequence, target);
    }
    if (keepsTimes) {
      putColumn(times, baseTime, target);
    }
    if (!single && (flags & TableFormat.DELETES) != 0) {
      putDeletes(target);
    }
    if (separated) {
      target.putVarint(block.fileNumber);
      target.putVarint(block.blockOffset);
      target.putVarint(block.storedBytes);
      target.putVarint(block.rawBytes);
      target.putVarint(block.valueOffset);
    }
    putValues(target);
    clear();
  }

  private void putColumn(long[] numbers, long origin, GrowableBuffer target) {
    if (rows == 1) {
      target.putVarint(Varint.zigzag(numbers[0] - origin));
      return;
    }
    for (int i = 0; i < rows; i++) {
      column[i] = numbers[i] - origin;
    }
    LinearColumnWriter.append(column, rows, target);
  }

  private void putKeys(GrowableBuffer target) {
    int start = 0;
    if (numericKeys) {
      long firstNumber = 0;
      for (int i = 0; i < rows; i++) {
        long number = KeyNumber.of(keys.segment(), start, keyEnds[i] - start);
        firstNumber = i == 0 ? number : firstNumber;
        column[i] = number - firstNumber;
        start = keyEnds[i];
      }
      LinearColumnWriter.append(column, rows, target);
      return;
    }
    first.set(keys.segment(), 0, keyEnds[0]);
    last.set(keys.segment(), keyEnds[rows - 2], keyEnds[rows - 1] - keyEnds[rows - 2]);
    int shared = first.commonPrefixLength(last);
    target.putVarint(shared);
    int restEnd = 0;
    for (int i = 1; i < rows; i++) {
      restEnd += keyEnds[i] - keyEnds[i - 1] - shared;
      column[i - 1] = restEnd;
    }
    LinearColumnWriter.append(column, rows - 1, target);
    for (int i = 1; i < rows; i++) {
      int from = keyEnds[i - 1] + shared;
      target.putBytes(keys.segment(), from, keyEnds[i] - from);
    }
  }

  private void putDeletes(GrowableBuffer target) {
    int bytes = (rows + Byte.SIZE - 1) / Byte.SIZE;
    for (int i = 0; i < bytes; i++) {
      int bits = 0;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        int row = i * Byte.SIZE + bit;
        bits |= row < rows && deletes[row] ? 1 << bit : 0;
      }
      target.putByte(bits);
    }
  }

  private void putValues(GrowableBuffer target) {
    if (rows > 1) {
      if (gaps) {
        LinearColumnWriter.append(valueStarts, rows, target);
        LinearColumnWriter.append(valueLengths, rows, target);
      } else {
        for (int i = 0; i < rows; i++) {
          column[i] = valueStarts[i] + valueLengths[i];
        }
        LinearColumnWriter.append(column, rows, target);
      }
    } else if (!deletes[0]) {
      target.putVarint(valueLengths[0]);
    }
    if (!separated) {
      target.putBytes(values.segment(), 0, values.size());
    }
  }

  private void clear() {
    rows = 0;
    puts = 0;
    separated = false;
    gaps = false;
    keys.clear();
    values.clear();
  }

  @Override
  public void close() {
    keys.close();
    values.close();
  }
}
