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
 * <p><b>Thread safety.</b> {@link #acquire} and {@link #generations} take no lock; changes are made
 * one at a time.
 */
final class ReadViews implements AutoCloseable {
  private final Supplier<PinnedVersion> pin;
  private final SharedFiles files;
  private volatile List<Generation> generations = List.of();
  private volatile @Nullable ReadView current;

  /** What is not shown any more. To let go of it frees memory and may delete files. */
  private record Replaced(@Nullable ReadView view, List<Generation> memtables) {
    void letGo() {
      if (view != null) {
        view.close();
      }
      memtables.forEach(Generation::release);
    }
  }

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
  void change(UnaryOperator<List<Generation>> memtables) {
    exchange(memtables).letGo(); // without the lock: writers make changes too
  }

  /** Makes a view of the newest version, where there still is a store to view. */
  void refresh() {
    Replaced replaced = null;
    synchronized (this) {
      if (current != null) {
        replaced = exchange(UnaryOperator.identity());
      }
    }
    if (replaced != null) {
      replaced.letGo();
    }
  }

  private synchronized Replaced exchange(UnaryOperator<List<Generation>> memtables) {
    List<Generation> left = new ArrayList<>(generations);
    List<Generation> changed = List.copyOf(memtables.apply(generations));
    ReadView before = current;
    current = new ReadView(changed, pin.get(), files.retain());
    generations = changed; // last: who finds memtables gone finds their rows in the view's files
    left.removeAll(changed);
    return new Replaced(before, left);
  }

  /** Memtables, newest first. */
  List<Generation> generations() {
    return generations;
  }

  /** Lets go of the current view; {@link #acquire} throws from now on. */
  @Override
  public void close() {
    Replaced last;
    synchronized (this) {
      last = new Replaced(current, generations);
      current = null;
      generations = List.of();
    }
    last.letGo();
  }
}
