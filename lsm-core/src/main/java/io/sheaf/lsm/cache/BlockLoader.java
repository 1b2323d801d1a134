package io.sheaf.lsm.cache;

import io.sheaf.lsm.coding.NativeBuffer;
import java.io.IOException;

/** Reads, checks and decompresses one block when it is not cached. */
@FunctionalInterface
public interface BlockLoader {
  /** The block at {@code offset} of file {@code fileNumber}; the caller owns the one reference. */
  NativeBuffer load(long fileNumber, long offset) throws IOException;
}
