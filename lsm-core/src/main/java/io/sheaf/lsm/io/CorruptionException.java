package io.sheaf.lsm.io;

import java.io.IOException;

/**
 * Stored bytes are not what was written: names the file, the offset, what was expected and what was
 * found. A {@link ForeignFileException} is one too.
 */
public class CorruptionException extends IOException {
  /** What the error of a store that is refused for its damage ends with. */
  public static final String HOW_TO_GO_ON =
      "; to see all damage: ./sheaf verify --store DIR --deep; restore the store from a backup, or"
          + " rebuild it in another directory from all that can be read: ./sheaf repair --store DIR"
          + " --into NEWDIR";

  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offset;
  private final String expected;
  private final String found;

  /**
   * Describes the damage.
   *
   * @param file name or path of the file
   * @param offset where the damaged piece begins, in bytes
   * @param expected what should be there
   * @param found what is there
   */
  public CorruptionException(String file, long offset, String expected, String found) {
    super(file + " is damaged at offset " + offset + ": expected " + expected + ", found " + found);
    this.file = file;
    this.offset = offset;
    this.expected = expected;
    this.found = found;
  }

  /** Name or path of the file. */
  public String file() {
    return file;
  }

  /** Where the damaged piece begins, in bytes. */
  public long offset() {
    return offset;
  }

  /** What should be there. */
  public String expected() {
    return expected;
  }

  /** What is there. */
  public String found() {
    return found;
  }
}
