package io.sheaf.server.keyspace;

/**
 * A string.
 *
 * @param expireAtMillis when it is gone, or {@link KeyRow#NEVER}
 * @param value its bytes; nobody writes into them
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere; a row is written once and read
public record StringRow(long expireAtMillis, byte[] value) implements KeyRow {
  @Override
  public StringRow withExpireAtMillis(long expireAtMillis) {
    return new StringRow(expireAtMillis, value);
  }

  @Override
  public String type() {
    return "string";
  }
}
