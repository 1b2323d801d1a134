package io.sheaf.testdata;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The key of a row: a user id, the prefix, and a message id, the suffix, which keeps the rows of a
 * user together and in order of time.
 *
 * <pre>
 *   0                 8                 16
 *   +-----------------+-----------------+
 *   | user id         | message id      |   big-endian, compared as unsigned bytes
 *   +-----------------+-----------------+
 * </pre>
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class RowKey {
  /** The length of a key in bytes. */
  public static final int BYTES = 16;

  /** The length of the prefix in bytes. */
  public static final int PREFIX_BYTES = 8;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private RowKey() {}

  /**
   * Writes {@link #BYTES} bytes.
   *
   * @param offset in bytes at which the key begins
   * @throws IndexOutOfBoundsException if the key does not fit
   */
  public static void write(long user, long id, byte[] target, int offset) {
    LONGS.set(target, offset, user);
    LONGS.set(target, offset + PREFIX_BYTES, id);
  }

  /** The user id of the key that begins at {@code offset}. */
  public static long user(byte[] source, int offset) {
    return (long) LONGS.get(source, offset);
  }

  /** The message id of the key that begins at {@code offset}. */
  public static long id(byte[] source, int offset) {
    return (long) LONGS.get(source, offset + PREFIX_BYTES);
  }
}
