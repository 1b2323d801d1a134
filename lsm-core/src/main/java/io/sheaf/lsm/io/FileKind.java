package io.sheaf.lsm.io;

/** The kinds of files in a store's directory; the codes are stored in each file's header. */
public enum FileKind {
  /** Write log. */
  LOG(1, "log"),
  /** Key file. */
  SSTABLE(2, "sst"),
  /** Value file. */
  VALUES(3, "val"),
  /** Manifest. */
  MANIFEST(4, "manifest");

  private final int code;
  private final String extension;

  FileKind(int code, String extension) {
    this.code = code;
    this.extension = extension;
  }

  /** The stored form. */
  public int code() {
    return code;
  }

  /** The name of the kind with this code, for errors; of a code that is none, the code. */
  static String describe(int code) {
    for (FileKind kind : values()) {
      if (kind.code == code) {
        return kind.name();
      }
    }
    return "kind " + code;
  }

  /** What the file's name ends in, without the dot. */
  public String extension() {
    return extension;
  }
}
