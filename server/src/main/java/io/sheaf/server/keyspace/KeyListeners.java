package io.sheaf.server.keyspace;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who wants to know that a key has changed: transactions that watch it, readers that wait for a
 * stream to grow.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. Listeners are called by who changed the
 * key, under its lock, and must be quick.
 */
public final class KeyListeners {
  private final ConcurrentHashMap<Key, Set<Runnable>> listeners = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  KeyListeners() {}

  /** Calls {@code listener} when one of {@code keys} changes, until the answer is closed. */
  public Listening listen(Collection<Key> keys, Runnable listener) {
    List<Key> distinct = List.copyOf(Set.copyOf(keys));
    for (Key key : distinct) {
      listeners.compute(
          key,
          (k, there) -> {
            Set<Runnable> set = there == null ? ConcurrentHashMap.newKeySet() : there;
            set.add(listener);
            return set;
          });
    }
    count.addAndGet(distinct.size());
    return new Listening(distinct, listener);
  }

  /** A listener that was added, until closed. */
  public final class Listening implements AutoCloseable {
    private final Runnable listener;
    private List<Key> keys;

    private Listening(List<Key> keys, Runnable listener) {
      this.keys = keys;
      this.listener = listener;
    }

    @Override
    public void close() {
      List<Key> heard = keys;
      keys = List.of();
      for (Key key : heard) {
        listeners.computeIfPresent(
            key,
            (k, set) -> {
              set.remove(listener);
              return set.isEmpty() ? null : set;
            });
      }
      count.addAndGet(-heard.size());
    }
  }

  void changed(byte[] key) {
    if (count.get() > 0) {
      Set<Runnable> concerned = listeners.get(new Key(key));
      if (concerned != null) {
        concerned.forEach(Runnable::run);
      }
    }
  }

  /** The keys that somebody listens to. */
  Set<Key> keys() {
    return listeners.keySet();
  }
}
