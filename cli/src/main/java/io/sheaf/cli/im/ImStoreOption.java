package io.sheaf.cli.im;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.StoreOption;
import io.sheaf.im.ImOptions;
import io.sheaf.im.ImStore;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import java.io.IOException;
import picocli.CommandLine.Mixin;

/** Opens the store of a command that shows messages. */
final class ImStoreOption {
  @Mixin private final StoreOption store = new StoreOption();

  /** What a command does with the store. */
  @FunctionalInterface
  interface Use {
    /** Does it. */
    void with(ImStore im) throws CommandFailure, IOException;
  }

  /**
   * Opens the store, has it used, and closes it.
   *
   * @throws CommandFailure when it has no messages
   */
  void use(Use use) throws CommandFailure, IOException {
    try (Db db = store.openExisting(DbOptions.DEFAULT)) {
      if (!ImStore.isIn(db)) {
        throw new CommandFailure(store.path() + " has no messages: sheaf import brings them in");
      }
      try (ImStore im = ImStore.open(db, ImOptions.unchanged(db))) {
        use.with(im);
      }
    }
  }
}
