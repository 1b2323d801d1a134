package io.sheaf.lsm.io;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Tells one store from another: drawn at random when a store is created, and said in the header of
 * each of its logs and manifests, so that those of another store are not taken for its own. Copies
 * of a store (checkpoints, backups) have the id of the store.
 *
 * <p>A store that was written before there were ids has none until it is opened again. Logs that
 * were there by then name none.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param value the id; 0: none
 * @param firstFile logs with this number or a higher one name the store
 */
public record StoreId(int value, long firstFile) {
  /** Of a store that has none. */
  public static final StoreId NONE = new StoreId(0, 0);

  /** Checks that only what is there is said from some file on. */
  public StoreId {
    if (firstFile < 0 || (value == 0 && firstFile != 0)) {
      throw new IllegalArgumentException(
          "store id " + hex(value) + " from file " + firstFile + " on");
    }
  }

  /** The id of a store whose files all name it. */
  public static StoreId of(int value) {
    return new StoreId(value, 0);
  }

  /** A new one. */
  public static StoreId random() {
    SecureRandom random = new SecureRandom();
    int value = random.nextInt();
    while (value == 0) {
      value = random.nextInt();
    }
    return of(value);
  }

  /** What an opening makes of a store that has none: no file that is there now can name it. */
  public static StoreId forLaterFiles() {
    return random().from(Long.MAX_VALUE);
  }

  /** The same for a store that had none when its files got the numbers below {@code file}. */
  public StoreId from(long file) {
    return new StoreId(value, file);
  }

  /** Whether there is one. */
  public boolean isKnown() {
    return value != 0;
  }

  /** What the log or manifest of this number says: 0 where it names no store. */
  public int in(long fileNumber) {
    return fileNumber < firstFile ? 0 : value;
  }

  /**
   * Checks what a log says. A store that has no id takes any: it knows its logs by their sequence
   * numbers only.
   *
   * @param file name of the log, for errors
   * @param named the store that its header names
   * @throws ForeignFileException when it is not of this store
   */
  public void check(String file, long fileNumber, int named) throws ForeignFileException {
    if (isKnown() && named != in(fileNumber)) {
      throw new ForeignFileException(file, in(fileNumber), named);
    }
  }

  /** Eight hexadecimal digits, or "none". */
  public static String hex(int value) {
    return value == 0 ? "none" : HexFormat.of().toHexDigits(value);
  }

  /** Eight hexadecimal digits, or "none". */
  @Override
  public String toString() {
    return hex(value);
  }
}
