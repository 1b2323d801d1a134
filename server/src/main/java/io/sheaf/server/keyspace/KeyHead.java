package io.sheaf.server.keyspace;

/**
 * What must be known of a key's row to write another in its place, without its value.
 *
 * @param expireAtMillis when the key is gone, or {@link KeyRow#NEVER}
 * @param stream the number of the stream; {@link #NO_STREAM}: it is none
 */
record KeyHead(long expireAtMillis, long stream) {
  static final long NO_STREAM = 0;

  /** Whether the key is gone at {@code nowMillis}. */
  boolean isExpired(long nowMillis) {
    return expireAtMillis != KeyRow.NEVER && expireAtMillis <= nowMillis;
  }

  static KeyHead of(KeyRow row) {
    return new KeyHead(
        row.expireAtMillis(),
        switch (row) {
          case StringRow _ -> NO_STREAM;
          case StreamRow stream -> stream.number();
        });
  }
}
