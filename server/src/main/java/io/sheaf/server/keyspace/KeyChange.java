package io.sheaf.server.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * A key that a transaction has looked at to change it.
 *
 * <p><b>Thread safety.</b> One thread at a time.
 */
final class KeyChange {
  final byte[] key;

  /** What was stored; null: nothing. */
  final @Nullable KeyHead before;

  /** What it was changed to, if it was; null: nothing. */
  @Nullable KeyRow now;

  boolean touched;

  /**
   * Whether a client can tell the difference: it cannot where a key is removed that had expired.
   */
  boolean visible;

  KeyChange(byte[] key, @Nullable KeyHead before) {
    this.key = key;
    this.before = before;
  }

  /** What it was before the next change. */
  @Nullable KeyHead head() {
    KeyRow row = now;
    return touched ? row == null ? null : KeyHead.of(row) : before;
  }

  /** How many keys there are more, once it is written. */
  int added() {
    return (now == null ? 0 : 1) - (before == null ? 0 : 1);
  }

  /** When it was to expire. */
  long expiredBefore() {
    KeyHead head = before;
    return head == null ? KeyRow.NEVER : head.expireAtMillis();
  }

  /** When it is to expire. */
  long expiresNow() {
    KeyRow row = now;
    return row == null ? KeyRow.NEVER : row.expireAtMillis();
  }
}
