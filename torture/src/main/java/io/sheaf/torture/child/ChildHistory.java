package io.sheaf.torture.child;

import io.sheaf.engine.BatchHistory;
import io.sheaf.lsm.db.Db;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/**
 * What processes, one after the other, have written to a store, and what of it must be there. Kept
 * in the process that looks on, outside of the store.
 *
 * <p><b>Thread safety.</b> None.
 */
public final class ChildHistory {
  private BatchHistory history = new BatchHistory();

  /** Number of batches that the store holds, as far as was checked. */
  public int size() {
    return history.size();
  }

  /** What the store has been given. */
  public BatchHistory batches() {
    return history;
  }

  /**
   * Opens the store that a process left, compares all its rows with what the process wrote, and
   * closes it.
   *
   * @param seed of the process
   * @param said what it said; it may have written one batch more, and told nobody
   * @param least how many batches must be there
   */
  public void check(Path directory, long seed, Acknowledged said, int least) throws IOException {
    BatchHistory possible = history.prefix(history.size());
    Random random = new Random(seed);
    while (possible.size() <= said.last()) {
      possible.draw(random);
    }
    try (Db db = ChildStore.open(directory)) {
      int held = possible.check(db, Math.max(history.size(), least), possible.size());
      history = possible.prefix(held);
    }
  }
}
