package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.Slice;

/** Takes a value without copying it. */
@FunctionalInterface
public interface ValueConsumer {
  /** Takes {@code value}, which is valid only during this call. */
  void accept(Slice value);
}
