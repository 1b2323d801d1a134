package io.sheaf.lsm.compact;

import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Entry;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.value.ValueStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one group that wait for the decision where their values go: keys and inline values by
 * copy, separated values by reference.
 *
 * <p><b>Thread safety.</b> One thread. <b>Ownership.</b> The creator closes it; views of keys and
 * values are valid until the next change.
 */
final class RowBuffer implements AutoCloseable {
  private static final int NONE = -1;

  private final GrowableBuffer keys = new GrowableBuffer(16 << 10);
  private final GrowableBuffer values = new GrowableBuffer(256 << 10);
  private int size;
  private int[] keyOffset = new int[256];
  private int[] keyLength = new int[256];
  private long[] sequence = new long[256];
  private long[] timeMillis = new long[256];
  private boolean[] delete = new boolean[256];
  private int[] valueOffset = new int[256];
  private int[] valueLength = new int[256];
  private long[] file = new long[256];
  private long[] block = new long[256];
  private int[] blockStored = new int[256];
  private int[] blockRaw = new int[256];
  private int[] offsetInBlock = new int[256];
  private final ValueReference reference = new ValueReference();
  private @Nullable NativeBuffer pinned;
  private long pinnedFile;
  private long pinnedBlock;

  int size() {
    return size;
  }

  /** Copies an entry, with the sequence number {@code newSequence}. */
  void add(Entry entry, long newSequence) throws IOException {
    if (size == keyOffset.length) {
      grow();
    }
    int row = size;
    Slice key = entry.key();
    keyOffset[row] = keys.size();
    keyLength[row] = key.length();
    keys.putBytes(key);
    sequence[row] = newSequence;
    timeMillis[row] = entry.timeMillis();
    delete[row] = entry.kind() == EntryKind.DELETE;
    valueLength[row] = entry.valueLength();
    file[row] = NONE;
    if (!delete[row]) {
      if (entry.separated()) {
        entry.reference(reference);
        valueOffset[row] = NONE;
        setReference(row, reference);
        offsetInBlock[row] = reference.valueOffset;
      } else {
        valueOffset[row] = values.size();
        values.putBytes(entry.value());
      }
    }
    size++;
  }

  boolean isDelete(int row) {
    return delete[row];
  }

  EntryKind kind(int row) {
    return delete[row] ? EntryKind.DELETE : EntryKind.PUT;
  }

  /** Whether the value lies in a value block, and not (or not only) here. */
  boolean isSeparated(int row) {
    return file[row] != NONE;
  }

  boolean sameBlock(int row, int other) {
    return file[row] == file[other] && block[row] == block[other];
  }

  long file(int row) {
    return file[row];
  }

  int blockRawBytes(int row) {
    return blockRaw[row];
  }

  int valueLength(int row) {
    return valueLength[row];
  }

  long sequence(int row) {
    return sequence[row];
  }

  long timeMillis(int row) {
    return timeMillis[row];
  }

  Slice key(int row, Slice into) {
    return into.set(keys.segment(), keyOffset[row], keyLength[row]);
  }

  /** The inline value of a row that is not separated. */
  Slice value(int row, Slice into) {
    return delete[row]
        ? into.set(values.segment(), 0, 0)
        : into.set(values.segment(), valueOffset[row], valueLength[row]);
  }

  ValueReference reference(int row, ValueReference into) {
    into.fileNumber = file[row];
    into.blockOffset = block[row];
    into.storedBytes = blockStored[row];
    into.rawBytes = blockRaw[row];
    into.valueOffset = offsetInBlock[row];
    into.valueLength = valueLength[row];
    return into;
  }

  /** Appends the value of a row to {@code target}, from here or from its block. */
  void appendValue(int row, ValueStore store, GrowableBuffer target) throws IOException {
    if (isSeparated(row)) {
      NativeBuffer values = read(row, store);
      target.putBytes(values.segment(), offsetInBlock[row], valueLength[row]);
    } else {
      target.putBytes(values.segment(), valueOffset[row], valueLength[row]);
    }
  }

  /** The block of a separated row; the one read last is kept, as neighbours share it. */
  private NativeBuffer read(int row, ValueStore store) throws IOException {
    NativeBuffer held = pinned;
    if (held != null && file[row] == pinnedFile && block[row] == pinnedBlock) {
      return held;
    }
    unpin();
    NativeBuffer read = store.read(reference(row, reference), false);
    pinned = read;
    pinnedFile = file[row];
    pinnedBlock = block[row];
    return read;
  }

  private void unpin() {
    NativeBuffer held = pinned;
    pinned = null;
    if (held != null) {
      held.close();
    }
  }

  /** Says that the value of a row now lies in the block that {@code moved} describes. */
  void moved(int row, ValueReference moved, int newOffsetInBlock) {
    setReference(row, moved);
    offsetInBlock[row] = newOffsetInBlock;
  }

  /** Brings the value of a separated row here: it becomes an inline one. */
  void bringIn(int row, ValueStore store) throws IOException {
    int offset = values.size();
    appendValue(row, store, values);
    valueOffset[row] = offset;
    file[row] = NONE;
  }

  void clear() {
    size = 0;
    keys.clear();
    values.clear();
  }

  /** Forgets the first {@code count} rows; those behind them move up. */
  void dropFirst(int count) {
    if (count == 0) {
      return;
    }
    if (count == size) {
      clear();
      return;
    }
    int keyEnd = 0;
    int valueEnd = 0;
    for (int from = count, to = 0; from < size; from++, to++) {
      MemorySegment.copy(keys.segment(), keyOffset[from], keys.segment(), keyEnd, keyLength[from]);
      keyOffset[to] = keyEnd;
      keyLength[to] = keyLength[from];
      keyEnd += keyLength[from];
      sequence[to] = sequence[from];
      timeMillis[to] = timeMillis[from];
      delete[to] = delete[from];
      valueLength[to] = valueLength[from];
      valueOffset[to] = NONE;
      file[to] = file[from];
      if (isSeparated(to)) {
        block[to] = block[from];
        blockStored[to] = blockStored[from];
        blockRaw[to] = blockRaw[from];
        offsetInBlock[to] = offsetInBlock[from];
      } else if (!delete[to]) {
        MemorySegment.copy(
            values.segment(), valueOffset[from], values.segment(), valueEnd, valueLength[from]);
        valueOffset[to] = valueEnd;
        valueEnd += valueLength[from];
      }
    }
    size -= count;
    keys.truncate(keyEnd);
    values.truncate(valueEnd);
  }

  @Override
  public void close() {
    unpin();
    keys.close();
    values.close();
  }

  private void setReference(int row, ValueReference to) {
    file[row] = to.fileNumber;
    block[row] = to.blockOffset;
    blockStored[row] = to.storedBytes;
    blockRaw[row] = to.rawBytes;
  }

  private void grow() {
    int capacity = size * 2;
    keyOffset = Arrays.copyOf(keyOffset, capacity);
    keyLength = Arrays.copyOf(keyLength, capacity);
    sequence = Arrays.copyOf(sequence, capacity);
    timeMillis = Arrays.copyOf(timeMillis, capacity);
    delete = Arrays.copyOf(delete, capacity);
    valueOffset = Arrays.copyOf(valueOffset, capacity);
    valueLength = Arrays.copyOf(valueLength, capacity);
    file = Arrays.copyOf(file, capacity);
    block = Arrays.copyOf(block, capacity);
    blockStored = Arrays.copyOf(blockStored, capacity);
    blockRaw = Arrays.copyOf(blockRaw, capacity);
    offsetInBlock = Arrays.copyOf(offsetInBlock, capacity);
  }
}
