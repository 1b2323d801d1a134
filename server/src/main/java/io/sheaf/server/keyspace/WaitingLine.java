package io.sheaf.server.keyspace;

import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for a key, where one takes what the others wait for too: they are served in the
 * order in which they came. Only the first is told to look, and the next one when the first has
 * gone, so that no later one is quicker.
 *
 * <p>Whoever is told to look either leaves, or says that it has looked in vain; then there was
 * nothing for those behind it either. A change in between makes it look again.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. Who waits is told without the line's
 * monitor being held.
 */
final class WaitingLine {
  private final LinkedHashSet<KeyListeners.Turn> waiting = new LinkedHashSet<>();

  /** Whether the first was told to look and has not yet left or looked in vain. */
  private boolean told;

  /** Whether something has changed since it was told. */
  private boolean changed;

  WaitingLine() {}

  synchronized void add(KeyListeners.Turn last) {
    waiting.add(last);
  }

  /** Removes one; answers whether nobody is left. Then {@link #passOn} is due. */
  synchronized boolean remove(KeyListeners.Turn one) {
    if (isFirst(one)) {
      told = false;
      changed = false;
    }
    waiting.remove(one);
    return waiting.isEmpty();
  }

  private boolean isFirst(KeyListeners.Turn one) {
    return !waiting.isEmpty() && waiting.getFirst() == one;
  }

  /** The key has changed. */
  void changed() {
    tell(toTell(true));
  }

  /** Tells the first to look, unless it was told; after somebody has come or gone. */
  void passOn() {
    tell(toTell(false));
  }

  private synchronized KeyListeners.@Nullable Turn toTell(boolean hasChanged) {
    if (waiting.isEmpty()) {
      return null;
    }
    if (told) {
      changed |= hasChanged;
      return null;
    }
    told = true;
    return waiting.getFirst();
  }

  /** {@code one} has looked, and there was nothing. */
  void lookedInVain(KeyListeners.Turn one) {
    boolean again;
    synchronized (this) {
      if (!told || !isFirst(one)) {
        return;
      }
      again = changed;
      told = changed;
      changed = false;
    }
    tell(again ? one : null);
  }

  private static void tell(KeyListeners.@Nullable Turn one) {
    if (one != null) {
      one.look();
    }
  }
}
