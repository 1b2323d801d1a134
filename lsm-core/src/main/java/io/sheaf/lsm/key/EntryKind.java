package io.sheaf.lsm.key;

/**
 * What an entry does to its key. The codes are stored.
 *
 * <p>A range delete is no entry of this kind: it is kept beside the entries, see {@link
 * RangeTombstones}.
 */
public enum EntryKind {
  /** The key is gone. */
  DELETE(0),
  /** The key has the entry's value. */
  PUT(1);

  private final int code;

  EntryKind(int code) {
    this.code = code;
  }

  /** The stored form. */
  public int code() {
    return code;
  }

  /**
   * The kind whose stored form is {@code code}.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static EntryKind ofCode(int code) {
    return switch (code) {
      case 0 -> DELETE;
      case 1 -> PUT;
      default -> throw new IllegalArgumentException("no kind of entry has the code " + code);
    };
  }
}
