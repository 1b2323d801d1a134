package io.sheaf.server.keyspace;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who wants to know that a key has changed: transactions that watch it, readers that wait for a
 * stream to grow. They are told in the order in which they came; those who take something from each
 * other wait in a {@link WaitingLine}.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. Listeners are called by who changed the
 * key, under its lock, and must be quick.
 */
public final class KeyListeners {
  private final ConcurrentHashMap<Key, ConcurrentSkipListMap<Long, Ear>> listeners =
      new ConcurrentHashMap<>();
  private final ConcurrentHashMap<LineName, Line> lines = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong lastNumber = new AtomicLong();

  KeyListeners() {}

  /**
   * Who listens.
   *
   * @param hearsExpiry whether it is told that a key is removed which had expired before
   */
  private record Ear(Runnable listener, boolean hearsExpiry) {}

  /** What those in a line wait for. */
  private record LineName(Key key, Key what) {}

  /** A line, and its ear. */
  private record Line(WaitingLine waiting, Listening listening) {}

  /** Calls {@code listener} when one of {@code keys} changes, until the answer is closed. */
  public Listening listen(Collection<Key> keys, Runnable listener) {
    return listen(keys, new Ear(listener, true));
  }

  /**
   * The same for one key that is not told to have changed when it is removed because it has
   * expired: it was as good as gone before.
   */
  public Listening watch(Key key, Runnable listener) {
    return listen(List.of(key), new Ear(listener, false));
  }

  private Listening listen(Collection<Key> keys, Ear listener) {
    List<Key> distinct = List.copyOf(Set.copyOf(keys));
    long number = lastNumber.incrementAndGet();
    for (Key key : distinct) {
      listeners.compute(
          key,
          (k, there) -> {
            ConcurrentSkipListMap<Long, Ear> all =
                there == null ? new ConcurrentSkipListMap<>() : there;
            all.put(number, listener);
            return all;
          });
    }
    count.addAndGet(distinct.size());
    return new Listening(distinct, number);
  }

  /** A listener that was added, until closed. */
  public final class Listening implements AutoCloseable {
    private final long number;
    private List<Key> keys;

    private Listening(List<Key> keys, long number) {
      this.keys = keys;
      this.number = number;
    }

    @Override
    public void close() {
      List<Key> heard = keys;
      keys = List.of();
      for (Key key : heard) {
        listeners.computeIfPresent(
            key,
            (k, all) -> {
              all.remove(number);
              return all.isEmpty() ? null : all;
            });
      }
      count.addAndGet(-heard.size());
    }
  }

  /**
   * Waits behind those who came before for {@code what}, at each of {@code keys}. {@code look} is
   * called when it is its turn and there may be something; at once, where it is the first.
   */
  public Turn waitInLine(Collection<Key> keys, Key what, Runnable look) {
    List<LineName> names = Set.copyOf(keys).stream().map(key -> new LineName(key, what)).toList();
    Turn turn = new Turn(names, look);
    for (LineName name : names) {
      Line joined =
          lines.compute(
              name,
              (n, there) -> {
                Line line = there == null ? newLine(name.key()) : there;
                line.waiting().add(turn);
                return line;
              });
      joined.waiting().passOn();
    }
    return turn;
  }

  private Line newLine(Key key) {
    WaitingLine waiting = new WaitingLine();
    return new Line(waiting, listen(List.of(key), waiting::changed));
  }

  /** A place in one or several lines, until closed. */
  public final class Turn implements AutoCloseable {
    private final Runnable look;
    private List<LineName> names;

    private Turn(List<LineName> names, Runnable look) {
      this.names = names;
      this.look = look;
    }

    void look() {
      look.run();
    }

    /** Says that it has looked, and that there was nothing. */
    public void lookedInVain() {
      for (LineName name : names) {
        Line line = lines.get(name);
        if (line != null) {
          line.waiting().lookedInVain(this);
        }
      }
    }

    @Override
    public void close() {
      List<LineName> left = names;
      names = List.of();
      for (LineName name : left) {
        Line line =
            lines.computeIfPresent(
                name,
                (n, there) -> {
                  boolean isEmpty = there.waiting().remove(this);
                  if (isEmpty) {
                    there.listening().close();
                  }
                  return isEmpty ? null : there;
                });
        if (line != null) {
          line.waiting().passOn();
        }
      }
    }
  }

  /** A key has changed; {@code expired}: it has gone, and had expired before. */
  void changed(byte[] key, boolean expired) {
    if (count.get() == 0) {
      return;
    }
    ConcurrentSkipListMap<Long, Ear> concerned = listeners.get(new Key(key));
    if (concerned != null) {
      for (Ear ear : concerned.values()) {
        if (ear.hearsExpiry() || !expired) {
          ear.listener().run();
        }
      }
    }
  }

  /** The keys that somebody listens to. */
  Set<Key> keys() {
    return listeners.keySet();
  }
}
