package io.sheaf.testdata;

/**
 * One row of the {@link StandardWorkload}, filled again and again by a {@link RowGenerator}.
 *
 * <p><em>Thread safety:</em> none; a row belongs to one thread.
 *
 * <p><em>Ownership:</em> the arrays belong to the row and are overwritten when it is filled again.
 */
public final class Row {
  private final byte[] key = new byte[RowKey.BYTES];
  private final byte[] value = new byte[MessageFormat.MAX_VALUE_BYTES];
  private int valueLength;
  private long number = -1;
  private long user;
  private long id;

  /** An empty row: its key is all zeros until it is filled. */
  public Row() {}

  void fill(long newNumber, long newUser, long newId, long contentSeed, MessageFormat format) {
    number = newNumber;
    user = newUser;
    id = newId;
    RowKey.write(newUser, newId, key, 0);
    valueLength = format.write(newUser, newId, contentSeed, value);
  }

  /** The place of the row among all rows in order of time, from 0; -1 before the first filling. */
  public long number() {
    return number;
  }

  /** The user id: the prefix of the key. */
  public long user() {
    return user;
  }

  /** The message id: the suffix of the key. */
  public long id() {
    return id;
  }

  /** The key, as {@link RowKey} writes it; only the first {@link #keyLength} bytes count. */
  public byte[] key() {
    return key;
  }

  /** The length of the key in bytes. */
  public int keyLength() {
    return key.length;
  }

  /** The message, JSON in ASCII; only the first {@link #valueLength} bytes count. */
  public byte[] value() {
    return value;
  }

  /** The length of the value in bytes. */
  public int valueLength() {
    return valueLength;
  }
}
