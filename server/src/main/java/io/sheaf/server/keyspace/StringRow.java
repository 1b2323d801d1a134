package io.sheaf.server.keyspace;

import io.sheaf.lsm.coding.Slice;

/**
 * A string.
 *
 * <p><b>Ownership.</b> Where the bytes lie is told by who hands the row out: see {@link
 * Transaction#find} and {@link Transaction#show}.
 *
 * @param expireAtMillis when it is gone, or {@link KeyRow#NEVER}
 * @param value its bytes; nobody writes into them, or points the slice elsewhere
 */
public record StringRow(long expireAtMillis, Slice value) implements KeyRow {
  /** Name of the type as TYPE answers it. */
  static final String TYPE = "string";

  /** A string of {@code bytes}, which are not copied. */
  public StringRow(long expireAtMillis, byte[] bytes) {
    this(expireAtMillis, Slice.of(bytes));
  }

  /** A copy of its bytes. */
  public byte[] bytes() {
    return value.toByteArray();
  }

  @Override
  public StringRow withExpireAtMillis(long expireAtMillis) {
    return new StringRow(expireAtMillis, value);
  }

  @Override
  public String type() {
    return TYPE;
  }
}
