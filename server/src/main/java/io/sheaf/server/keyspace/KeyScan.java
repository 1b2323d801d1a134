package io.sheaf.server.keyspace;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Goes through keys in the order of their places.
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> Who made it closes it.
 */
public final class KeyScan implements AutoCloseable {
  private static final byte[] END = {-1, -1, -1, -1, -1, -1, -1, -1, -1};

  private final Rows rows;
  private final long nowMillis;
  private byte[] rowKey = END;
  private @Nullable KeyHead head;

  /** From the keys at {@code place} on. */
  public KeyScan(Transaction transaction, long place) throws IOException {
    nowMillis = transaction.nowMillis();
    rows =
        transaction.rows(
            transaction.tables().keys(), KeyPlace.from(place), END, false, Long.MAX_VALUE);
  }

  /** Goes to the next key; false when there is none. */
  public boolean next() throws IOException {
    if (!rows.next()) {
      return false;
    }
    rowKey = rows.key().toByteArray();
    head = KeyRowFormat.decodeHead(rowKey, rows.value());
    return true;
  }

  /** The key. */
  public byte[] key() {
    return KeyPlace.key(rowKey);
  }

  /** Its place. */
  public long place() {
    return KeyPlace.place(rowKey);
  }

  /** What is known of it without its value. */
  public KeyHead head() {
    return Objects.requireNonNull(head);
  }

  /** Whether it has not expired. */
  public boolean isLive() {
    return !head().isExpired(nowMillis);
  }

  @Override
  public void close() {
    rows.close();
  }
}
