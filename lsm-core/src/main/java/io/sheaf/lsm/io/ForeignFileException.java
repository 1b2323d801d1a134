package io.sheaf.lsm.io;

/**
 * A file is whole, but of another store than its name says: names the file, the id of this store
 * and that of the other. Nothing is lost by itself: the store's own file may be elsewhere.
 */
public final class ForeignFileException extends CorruptionException {
  private static final long serialVersionUID = 1L;

  /**
   * Describes the file.
   *
   * @param file name or path of it
   * @param store id of the store that the manifest names; 0: the file should name none
   * @param found id of the store that the file names; 0: it names none
   */
  public ForeignFileException(String file, int store, int found) {
    super(
        file,
        FileHeader.STORE_ID_OFFSET,
        "a log of store " + StoreId.hex(store) + ", as the manifest says",
        "one of store "
            + StoreId.hex(found)
            + ": the log, or the manifest, is another store's; put the store's own file of that"
            + " name back"
            + HOW_TO_GO_ON);
  }
}
