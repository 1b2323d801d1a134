package io.sheaf.server.keyspace;

import java.util.Arrays;

/** The bytes of a key, to be found by in a map. Nobody writes into them. */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode are written for it
public record Key(byte[] bytes) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Key that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
