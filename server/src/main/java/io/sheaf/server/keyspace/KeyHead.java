package io.sheaf.server.keyspace;

/**
 * What is known of a key without its value.
 *
 * @param expireAtMillis when the key is gone, or {@link KeyRow#NEVER}
 * @param stream the number of the stream; {@link #NO_STREAM}: it is a string
 * @param isLarge whether it is a string whose value lies in a row of its own, so that who does not
 *     need it does not read it
 */
public record KeyHead(long expireAtMillis, long stream, boolean isLarge) {
  static final long NO_STREAM = 0;

  /** From this length on a value has a row of its own: a shorter one is as soon read as told of. */
  private static final int LARGE_BYTES = 128;

  /** Whether the key is gone at {@code nowMillis}. */
  boolean isExpired(long nowMillis) {
    return expireAtMillis != KeyRow.NEVER && expireAtMillis <= nowMillis;
  }

  /** Whether it is a stream. */
  public boolean isStream() {
    return stream != NO_STREAM;
  }

  /** Name of the type as TYPE answers it. */
  public String type() {
    return isStream() ? StreamRow.TYPE : StringRow.TYPE;
  }

  /** The head of {@code row} as it is written. */
  static KeyHead of(KeyRow row) {
    return switch (row) {
      case StringRow(long expireAtMillis, var value) ->
          new KeyHead(expireAtMillis, NO_STREAM, value.length() >= LARGE_BYTES);
      case StreamRow stream -> new KeyHead(stream.expireAtMillis(), stream.number(), false);
    };
  }
}
