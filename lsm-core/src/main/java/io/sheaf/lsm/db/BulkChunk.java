package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Entry;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.SequenceNumber;
import io.sheaf.lsm.value.ValueReference;
import java.util.Arrays;

/**
 * Rows in key order on their way from who writes them to a thread that puts them into files; shows
 * them one by one as entries.
 *
 * <p><b>Thread safety.</b> None: one thread fills it, then one reads it. <b>Ownership.</b> Who
 * holds it closes it; keys and values are views.
 */
final class BulkChunk implements Entry, AutoCloseable {
  private static final int USUAL_ROWS = 64 << 10;

  private final GrowableBuffer bytes;
  private final int mostBytes;
  private int[] keyEnds = new int[USUAL_ROWS];
  private int[] valueEnds = new int[USUAL_ROWS];
  private int rows;
  private int at;
  private long timeMillis;
  private final Slice key = new Slice();
  private final Slice value = new Slice();

  BulkChunk(int mostBytes) {
    this.mostBytes = mostBytes;
    this.bytes = new GrowableBuffer(1 << 20);
  }

  /** Whether a row fits; into an empty chunk every row does. */
  boolean hasRoom(Slice newKey, Slice newValue) {
    return rows == 0 || (long) bytes.size() + newKey.length() + newValue.length() <= mostBytes;
  }

  /** Whether it is time to begin another chunk with the next group. */
  boolean isNearlyFull() {
    return bytes.size() >= mostBytes / 4 * 3;
  }

  void add(Slice newKey, Slice newValue) {
    if (rows == keyEnds.length) {
      keyEnds = Arrays.copyOf(keyEnds, 2 * rows);
      valueEnds = Arrays.copyOf(valueEnds, 2 * rows);
    }
    bytes.putBytes(newKey);
    keyEnds[rows] = bytes.size();
    bytes.putBytes(newValue);
    valueEnds[rows] = bytes.size();
    rows++;
  }

  int rows() {
    return rows;
  }

  /** Bytes of keys and values. */
  long bytes() {
    return bytes.size();
  }

  /** Stands before the first row. */
  void rewind(long writeTimeMillis) {
    at = -1;
    timeMillis = writeTimeMillis;
  }

  /** Steps to the next row; false behind the last. */
  boolean next() {
    if (++at >= rows) {
      return false;
    }
    int start = at == 0 ? 0 : valueEnds[at - 1];
    key.set(bytes.segment(), start, keyEnds[at] - start);
    value.set(bytes.segment(), keyEnds[at], valueEnds[at] - keyEnds[at]);
    return true;
  }

  @Override
  public Slice key() {
    return key;
  }

  @Override
  public long sequence() {
    return SequenceNumber.ZERO;
  }

  @Override
  public EntryKind kind() {
    return EntryKind.PUT;
  }

  @Override
  public long timeMillis() {
    return timeMillis;
  }

  @Override
  public int valueLength() {
    return value.length();
  }

  @Override
  public boolean separated() {
    return false;
  }

  @Override
  public void reference(ValueReference into) {
    throw new IllegalStateException("the value is at hand");
  }

  @Override
  public Slice value() {
    return value;
  }

  @Override
  public void close() {
    bytes.close();
  }
}
