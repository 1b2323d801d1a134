package io.sheaf.server.keyspace;

import io.sheaf.lsm.coding.Slice;

/**
 * What is known of a key without its value. That of a string with a large value is a row of its own
 * beside the key's row, so that a write, or a question that the value does not matter to, need not
 * read it.
 *
 * @param expireAtMillis when the key is gone, or {@link KeyRow#NEVER}
 * @param stream the number of the stream; {@link #NO_STREAM}: it is a string
 * @param isFiled whether it has a row of its own, as far as that is known: the head of a row in
 *     hand supposes so where the value is large
 */
public record KeyHead(long expireAtMillis, long stream, boolean isFiled) {
  static final long NO_STREAM = 0;

  /** Shorter values are as soon read as a head. */
  private static final int LARGE_BYTES = 128;

  private static final Slice NOTHING = new Slice();

  /** Whether the key is gone at {@code nowMillis}. */
  boolean isExpired(long nowMillis) {
    return expireAtMillis != KeyRow.NEVER && expireAtMillis <= nowMillis;
  }

  /** Name of the type as TYPE answers it. */
  public String type() {
    return stream == NO_STREAM ? StringRow.TYPE : StreamRow.TYPE;
  }

  /** The head of {@code row}. */
  static KeyHead of(KeyRow row) {
    return switch (row) {
      case StringRow(long expireAtMillis, Slice value) ->
          new KeyHead(expireAtMillis, NO_STREAM, value.length() >= LARGE_BYTES);
      case StreamRow stream -> new KeyHead(stream.expireAtMillis(), stream.number(), false);
    };
  }

  /** The same, with a row of its own. */
  KeyHead filed() {
    return new KeyHead(expireAtMillis, stream, true);
  }

  /** As what it is filed: the row of its key, without the value. */
  KeyRow withoutValue() {
    return new StringRow(expireAtMillis, NOTHING);
  }
}
