package io.sheaf.server.keyspace;

import io.sheaf.lsm.coding.Slice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Where a key lies in the key space: keys are in order of a number that is made of them, so that
 * SCAN needs no more than a number to go on.
 *
 * <pre>
 * place   := slot(14 bits) hash(50 bits)     big-endian
 * row key := place(8) key
 * slot    := CRC-16/XMODEM of the key modulo 16384: what Redis Cluster calls its slot; of a key with
 *            a non-empty part in braces, of that part
 * </pre>
 *
 * <p><b>Thread safety.</b> Stateless.
 *
 * <p><b>Source.</b> Redis Cluster specification, "Key distribution model" and "Hash tags".
 */
public final class KeyPlace {
  /** Length of the place at the beginning of a row's key, in bytes. */
  public static final int BYTES = Long.BYTES;

  /** Longest key, in bytes. */
  public static final int LONGEST_KEY_BYTES = 32 << 10;

  private static final int SLOT_BITS = 14;
  private static final int POLYNOMIAL = 0x1021;
  private static final short[] CRC = table();
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private KeyPlace() {}

  /** The place of {@code key}. */
  public static long of(byte[] key) {
    return of(Slice.of(key));
  }

  /** The place of {@code key}. */
  public static long of(Slice key) {
    return (long) slot(key) << (Long.SIZE - SLOT_BITS) | key.hash64() >>> SLOT_BITS;
  }

  /** The key of the row of {@code key}. */
  public static byte[] rowKey(byte[] key) {
    return rowKey(key, Slice.of(key));
  }

  /** The same, where {@code view} shows {@code key} already. */
  static byte[] rowKey(byte[] key, Slice view) {
    byte[] rowKey = new byte[BYTES + key.length];
    LONG.set(rowKey, 0, of(view));
    System.arraycopy(key, 0, rowKey, BYTES, key.length);
    return rowKey;
  }

  /** The place in the key of a row. */
  public static long place(byte[] rowKey) {
    return (long) LONG.get(rowKey, 0);
  }

  /** The first row key at or behind a place. */
  public static byte[] from(long place) {
    byte[] bytes = new byte[BYTES];
    LONG.set(bytes, 0, place);
    return bytes;
  }

  /** The key in the key of its row. */
  public static byte[] key(byte[] rowKey) {
    return Arrays.copyOfRange(rowKey, BYTES, rowKey.length);
  }

  /** The slot of {@code key}, 0 to 16383. */
  public static int slot(byte[] key) {
    return slot(Slice.of(key));
  }

  private static int slot(Slice key) {
    int from = 0;
    int to = key.length();
    int open = indexOf(key, '{', 0);
    if (open >= 0) {
      int close = indexOf(key, '}', open + 1);
      if (close > open + 1) {
        from = open + 1;
        to = close;
      }
    }
    int crc = 0;
    for (int i = from; i < to; i++) {
      crc = (crc << Byte.SIZE ^ CRC[(crc >>> Byte.SIZE ^ key.byteAt(i)) & 0xFF]) & 0xFFFF;
    }
    return crc & (1 << SLOT_BITS) - 1;
  }

  private static int indexOf(Slice key, char wanted, int from) {
    for (int i = from; i < key.length(); i++) {
      if (key.byteAt(i) == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static short[] table() {
    short[] table = new short[1 << Byte.SIZE];
    for (int i = 0; i < table.length; i++) {
      int crc = i << Byte.SIZE;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL;
      }
      table[i] = (short) crc;
    }
    return table;
  }
}
