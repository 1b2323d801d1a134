package io.sheaf.lsm.db;

import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.version.PinnedVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The current {@link ReadView}, exchanged when memtables switch or files change.
 *
 * <p><b>Ownership.</b> Holds the store's reference to each of its memtables: takes it over when
 * they are brought in by {@link #change} and gives it back when they are left out, or at the end.
 *
 * <p><b>Thread safety.</b> {@link #acquire} takes no lock; changes are made one at a time.
 */
final class ReadViews implements AutoCloseable {
  private final Supplier<PinnedVersion> pin;
  private final SharedFiles files;
  private List<Generation> generations = List.of();
  private volatile @Nullable ReadView current;

  ReadViews(Supplier<PinnedVersion> pin, SharedFiles files) {
    this.pin = pin;
    this.files = files;
  }

  /** The current view with one more reference, which the caller closes. */
  ReadView acquire() {
    while (true) {
      ReadView view = current;
      if (view == null) {
        throw new ClosedException("the store");
      }
      if (view.tryRetain()) {
        return view;
      }
    }
  }

  /** Makes a view of the changed list of memtables (newest first) and the newest version. */
  synchronized void change(UnaryOperator<List<Generation>> memtables) {
    List<Generation> left = new ArrayList<>(generations);
    generations = List.copyOf(memtables.apply(generations));
    ReadView before = current;
    current = new ReadView(generations, pin.get(), files.retain());
    if (before != null) {
      before.close();
    }
    left.removeAll(generations);
    left.forEach(Generation::release);
  }

  /** Makes a view of the newest version, where there still is a store to view. */
  synchronized void refresh() {
    if (current != null) {
      change(UnaryOperator.identity());
    }
  }

  /** Memtables, newest first. */
  synchronized List<Generation> generations() {
    return generations;
  }

  /** Lets go of the current view; {@link #acquire} throws from now on. */
  @Override
  public synchronized void close() {
    ReadView before = current;
    current = null;
    if (before != null) {
      before.close();
    }
    generations.forEach(Generation::release);
    generations = List.of();
  }
}
