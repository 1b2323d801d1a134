package io.sheaf.cli.measure;

import io.sheaf.lsm.coding.Slice;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Rows that were read, copied as a service would copy them into an answer, to be compared when the
 * clock stands still. The bytes lie off the heap, where native code can copy to as well as Java.
 *
 * <p><em>Thread safety:</em> none.
 */
public final class RowPage {
  private static final int MAX_ROWS = 1024;
  private static final int BYTES = 512 << 10;

  private final ByteBuffer bytes;
  private final MemorySegment segment;
  private final ByteBuffer room;
  private final ByteBuffer keyView;
  private final ByteBuffer valueView;
  private final int[] keyAt;
  private final int[] valueAt;
  private final int[] endAt;
  private int size;
  private int used;

  /** A page of half a megabyte. */
  public RowPage() {
    this(MAX_ROWS, BYTES);
  }

  /** A page for so many rows and bytes. */
  public RowPage(int maxRows, int maxBytes) {
    bytes = ByteBuffer.allocateDirect(maxBytes);
    segment = MemorySegment.ofBuffer(bytes);
    room = bytes.duplicate();
    keyView = bytes.duplicate();
    valueView = bytes.duplicate();
    keyAt = new int[maxRows];
    valueAt = new int[maxRows];
    endAt = new int[maxRows];
  }

  /** Whether a row of this size has room. */
  public boolean hasRoom(Slice key, Slice value) {
    return hasRoom((long) key.length() + value.length());
  }

  /** Whether a row of so many bytes has room. */
  public boolean hasRoom(long rowBytes) {
    return size < keyAt.length && used + rowBytes <= bytes.capacity();
  }

  /** Copies a row that has room. */
  public void add(Slice key, Slice value) {
    key.copyTo(segment, used);
    value.copyTo(segment, (long) used + key.length());
    added(key.length(), value.length());
  }

  /**
   * What is still free, from the position to the limit: for who copies a key and its value there,
   * one behind the other, and then says {@link #added}. The buffer is the same at each call.
   */
  public ByteBuffer room() {
    return room.clear().position(used);
  }

  /** A row was copied to the beginning of {@link #room}. */
  public void added(int keyLength, int valueLength) {
    keyAt[size] = used;
    valueAt[size] = used + keyLength;
    used += keyLength + valueLength;
    endAt[size] = used;
    size++;
  }

  /** Number of rows. */
  public int size() {
    return size;
  }

  /** Bytes of the rows. */
  public int usedBytes() {
    return used;
  }

  /** The key of a row: bytes from the position to the limit. The same buffer at each call. */
  public ByteBuffer key(int index) {
    return keyView.clear().position(keyAt[index]).limit(valueAt[index]);
  }

  /** The value of a row: bytes from the position to the limit. The same buffer at each call. */
  public ByteBuffer value(int index) {
    return valueView.clear().position(valueAt[index]).limit(endAt[index]);
  }

  /** Keys and values of the rows from {@code from} to before {@code to}, one behind the other. */
  public ByteBuffer rows(int from, int to) {
    int begin = from < size ? keyAt[from] : used;
    int end = to > from ? endAt[to - 1] : begin;
    return bytes.slice(begin, end - begin);
  }

  /** Forgets all rows. */
  public void clear() {
    size = 0;
    used = 0;
  }
}
