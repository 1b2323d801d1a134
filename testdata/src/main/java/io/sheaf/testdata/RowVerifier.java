package io.sheaf.testdata;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Says whether what was read is what was written, byte for byte, from the key alone: the message is
 * made again and compared.
 *
 * <p><em>Thread safety:</em> none; each reading thread takes a verifier of its own.
 */
public final class RowVerifier {
  private final StandardWorkload workload;
  private final Row expected = new Row();
  private final ByteBuffer expectedValue = ByteBuffer.wrap(expected.value());

  RowVerifier(StandardWorkload workload) {
    this.workload = workload;
  }

  /** Whether the workload has a row of this key, with exactly this value. */
  public boolean matches(byte[] key, byte[] value) {
    return key.length == RowKey.BYTES
        && expect(RowKey.user(key, 0), RowKey.id(key, 0))
        && Arrays.equals(expected.value(), 0, expected.valueLength(), value, 0, value.length);
  }

  /**
   * Whether the workload has a row of this user and message id, with exactly this value.
   *
   * @param value the bytes from its position to its limit, both of which stay as they are
   */
  public boolean matches(long user, long id, ByteBuffer value) {
    return expect(user, id) && expectedValue.equals(value);
  }

  /** Makes the row of this key; false where the workload has none. */
  private boolean expect(long user, long id) {
    long row = workload.rowOf(user, id);
    if (row < 0) {
      return false;
    }
    if (row != expected.number()) {
      workload.fill(row, expected);
      expectedValue.limit(expected.valueLength());
    }
    return true;
  }
}
