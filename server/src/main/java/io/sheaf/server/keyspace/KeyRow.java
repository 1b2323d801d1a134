package io.sheaf.server.keyspace;

/**
 * What the key space knows of a key.
 *
 * <p><b>Thread safety.</b> Immutable; nobody writes into the arrays.
 */
public sealed interface KeyRow permits StringRow, StreamRow {
  /** The time at which a key that has none expires. */
  long NEVER = 0;

  /** When the key is gone, in milliseconds since 1970; {@link #NEVER}: not by itself. */
  long expireAtMillis();

  /** The same with another time. */
  KeyRow withExpireAtMillis(long expireAtMillis);

  /** Name of the type as TYPE answers it. */
  String type();

  /** Whether the key is gone at {@code nowMillis}. */
  default boolean isExpired(long nowMillis) {
    return expireAtMillis() != NEVER && expireAtMillis() <= nowMillis;
  }
}
