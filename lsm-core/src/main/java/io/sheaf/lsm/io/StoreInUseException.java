package io.sheaf.lsm.io;

import java.io.IOException;

/** The lock of a store's directory is taken: the store is open here or in another process. */
public final class StoreInUseException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Names the lock's file and who holds it. */
  public StoreInUseException(String file, String holder) {
    super(
        file
            + " is locked by "
            + holder
            + ": the store in this directory is open already; close it there first");
  }
}
