package io.sheaf.torture.child;

import io.sheaf.engine.Sheaf;
import io.sheaf.engine.SmallStore;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import java.io.IOException;
import java.nio.file.Path;

/** A store on the real disk, with small files, or with memory that a small process has not. */
public final class ChildStore {
  /** How much memory the store is told that it may use. */
  public enum Size {
    /** What any process has. */
    SMALL,
    /** More than a small process has. */
    GREEDY
  }

  private ChildStore() {}

  /** Opens or creates it. */
  public static Db open(Path directory) throws IOException {
    return open(directory, Size.SMALL);
  }

  static Db open(Path directory, Size size) throws IOException {
    return Db.open(directory, options(size), Sheaf.components());
  }

  private static DbOptions options(Size size) {
    return switch (size) {
      case SMALL -> SmallStore.OPTIONS;
      case GREEDY -> SmallStore.OPTIONS.withMemory(1L << 30, 512L << 20);
    };
  }
}
