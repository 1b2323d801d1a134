package io.sheaf.lsm.db;

import io.sheaf.lsm.version.PinnedVersion;
import io.sheaf.lsm.version.TableState;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All that a read looks into: the memtables and the files at one moment, kept as long as the view
 * is.
 *
 * <p><b>Thread safety.</b> Immutable but for its references, which any thread may count.
 *
 * <p><b>Ownership.</b> Made with one reference; the last {@link #close} gives memtables and files
 * back.
 */
final class ReadView implements AutoCloseable {
  private final List<Generation> generations;
  private final PinnedVersion pinned;
  private final SharedFiles files;
  private final AtomicInteger references = new AtomicInteger(1);

  /**
   * A view of these.
   *
   * @param generations newest first; each is retained
   * @param pinned taken over
   * @param files taken over
   */
  ReadView(List<Generation> generations, PinnedVersion pinned, SharedFiles files) {
    this.generations = List.copyOf(generations);
    this.pinned = pinned;
    this.files = files;
    this.generations.forEach(Generation::retain);
  }

  List<Generation> generations() {
    return generations;
  }

  /** Files of the table; null where the table is gone. */
  @Nullable TableState table(int tableId) {
    return pinned.version().table(tableId);
  }

  PinnedVersion pinned() {
    return pinned;
  }

  boolean tryRetain() {
    int count = references.get();
    while (count > 0) {
      if (references.compareAndSet(count, count + 1)) {
        return true;
      }
      count = references.get();
    }
    return false;
  }

  @Override
  public void close() {
    if (references.decrementAndGet() == 0) {
      generations.forEach(Generation::release);
      pinned.close();
      files.close();
    }
  }
}
