package io.sheaf.im.table;

import io.sheaf.im.id.Id;
import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.Slice;
import java.util.Arrays;

/**
 * The keys of all tables: ids one after another, at the end maybe a number of eight bytes,
 * big-endian, so that the order of keys is that of ids and numbers. The first id is the row's
 * group.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class Keys {
  /** The first byte of no id, lower than all that are. */
  private static final byte LOWEST = 0;

  /** The first byte of no id, higher than all that are. */
  private static final byte HIGHEST = 0x7F;

  /** Ends the first id of a key, and so its prefix. */
  public static final byte END_OF_PREFIX = 0;

  private Keys() {}

  /** Before all keys. */
  public static byte[] first() {
    return new byte[] {LOWEST};
  }

  /** Behind all keys. */
  public static byte[] behindAll() {
    return new byte[] {HIGHEST};
  }

  /** {@code id}. */
  public static byte[] of(Id id) {
    return id.encoded();
  }

  /** {@code id number}. */
  public static byte[] of(Id id, long number) {
    byte[] first = id.encoded();
    byte[] key = Arrays.copyOf(first, first.length + Long.BYTES);
    putNumber(key, number);
    return key;
  }

  /** {@code id id}. */
  public static byte[] of(Id first, Id second) {
    return join(first.encoded(), second.encoded(), 0);
  }

  /** {@code id id number}. */
  public static byte[] of(Id first, Id second, long number) {
    byte[] key = join(first.encoded(), second.encoded(), Long.BYTES);
    putNumber(key, number);
    return key;
  }

  /** {@code prefix number}. */
  public static byte[] of(byte[] prefix, long number) {
    byte[] key = Arrays.copyOf(prefix, prefix.length + Long.BYTES);
    putNumber(key, number);
    return key;
  }

  /** The first key behind all those that begin with {@code ids}, one id or several. */
  public static byte[] end(byte[] ids) {
    byte[] end = ids.clone();
    end[end.length - 1]++; // from the 00 of an id to 01, which begins no id
    return end;
  }

  /** The number at the end of {@code key}. */
  public static long number(Slice key) {
    return key.longAt(key.length() - Long.BYTES);
  }

  /** The id of {@code key} that begins at byte {@code from}. */
  public static Id id(Slice key, int from) {
    ByteReader reader = ByteReader.of(key);
    reader.position(reader.position() + from);
    return Id.read(reader);
  }

  private static byte[] join(byte[] first, byte[] second, int room) {
    byte[] key = Arrays.copyOf(first, first.length + second.length + room);
    System.arraycopy(second, 0, key, first.length, second.length);
    return key;
  }

  private static void putNumber(byte[] key, long number) {
    for (int i = 0; i < Long.BYTES; i++) {
      key[key.length - 1 - i] = (byte) (number >>> (Byte.SIZE * i));
    }
  }
}
