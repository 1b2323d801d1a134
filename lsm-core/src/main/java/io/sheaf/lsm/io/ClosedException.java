package io.sheaf.lsm.io;

/** Something was used after it, or the store it belongs to, was closed. */
public final class ClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** Names what was closed. */
  public ClosedException(String what) {
    super(what + " is closed");
  }
}
