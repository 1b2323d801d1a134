package io.sheaf.cli.demo;

import io.sheaf.lsm.coding.Slice;
import java.nio.ByteBuffer;

/**
 * Rows that were read, copied as a service would copy them into an answer, to be compared when the
 * clock stands still.
 *
 * <p><em>Thread safety:</em> none.
 */
final class RowPage {
  private static final int MAX_ROWS = 1024;
  private static final int BYTES = 512 << 10;

  private final byte[] bytes = new byte[BYTES];
  private final int[] keyAt = new int[MAX_ROWS];
  private final int[] valueAt = new int[MAX_ROWS];
  private final int[] endAt = new int[MAX_ROWS];
  private int size;
  private int used;

  /** Whether a row of this size has room; every row has in an empty page. */
  boolean hasRoom(Slice key, Slice value) {
    return size < MAX_ROWS && (long) used + key.length() + value.length() <= BYTES;
  }

  void add(Slice key, Slice value) {
    keyAt[size] = used;
    key.copyTo(bytes, used);
    used += key.length();
    valueAt[size] = used;
    value.copyTo(bytes, used);
    used += value.length();
    endAt[size] = used;
    size++;
  }

  int size() {
    return size;
  }

  int usedBytes() {
    return used;
  }

  /** The key of a row: bytes from the position to the limit. */
  ByteBuffer key(int index) {
    return ByteBuffer.wrap(bytes, keyAt[index], valueAt[index] - keyAt[index]);
  }

  /** The value of a row: bytes from the position to the limit. */
  ByteBuffer value(int index) {
    return ByteBuffer.wrap(bytes, valueAt[index], endAt[index] - valueAt[index]);
  }

  void clear() {
    size = 0;
    used = 0;
  }
}
