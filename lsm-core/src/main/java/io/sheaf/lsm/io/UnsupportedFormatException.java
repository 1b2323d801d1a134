package io.sheaf.lsm.io;

import java.io.IOException;

/** A file of a format version that this program does not read. */
public final class UnsupportedFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Describes the mismatch.
   *
   * @param file name or path of the file
   * @param found its format version
   * @param lowest lowest version that is read
   * @param highest highest version that is read
   */
  public UnsupportedFormatException(String file, int found, int lowest, int highest) {
    super(
        file
            + " has format version "
            + found
            + ", this program reads "
            + lowest
            + " to "
            + highest
            + (found > highest
                ? "; open it with a newer release"
                : "; open it with an older release"));
  }
}
