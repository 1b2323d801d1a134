package io.sheaf.lsm.io;

import java.io.IOException;

/** A file of a format version that this program does not read. */
public final class UnsupportedFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final boolean certain;

  /**
   * Describes the mismatch.
   *
   * @param file name or path of the file
   * @param found its format version
   * @param lowest lowest version that is read
   * @param highest highest version that is read
   * @param certain whether the header's checksum is right: another program has written it, and it
   *     is not damage that looks so
   */
  public UnsupportedFormatException(
      String file, int found, int lowest, int highest, boolean certain) {
    super(
        file
            + " has format version "
            + found
            + ", this program reads "
            + lowest
            + " to "
            + highest
            + (certain
                ? "; open it with "
                : "; its header has a wrong checksum too: it is damaged, or of ")
            + (found > highest ? "a newer release" : "an older release"));
    this.file = file;
    this.certain = certain;
  }

  /** Name or path of the file. */
  public String file() {
    return file;
  }

  /** Whether it is another version for certain, and no damage. */
  public boolean isCertain() {
    return certain;
  }

  /** Throws {@code failure} where it is such a mismatch for certain: nobody mends that. */
  public static void throwIfCertain(IOException failure) throws UnsupportedFormatException {
    if (failure instanceof UnsupportedFormatException other && other.certain) {
      throw other;
    }
  }
}
