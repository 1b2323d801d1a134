package io.sheaf.server.keyspace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Locks of keys: who changes a key has its lock from the first read to the end of the write. Keys
 * share 1,024 locks; several are taken in rising order, so that nobody waits in a circle.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class KeyLocks {
  /** Number of locks. */
  static final int STRIPES = 1 << 10;

  private static final int[] NONE = {};

  private final ReentrantLock[] locks = new ReentrantLock[STRIPES];

  /** Who is to be called when a lock is free. */
  private final List<Queue<Runnable>> waiting = new ArrayList<>(STRIPES);

  KeyLocks() {
    Arrays.setAll(locks, i -> new ReentrantLock());
    for (int i = 0; i < STRIPES; i++) {
      waiting.add(new ConcurrentLinkedQueue<>());
    }
  }

  /** Locks that are held until closed. */
  public final class Held implements AutoCloseable {
    private int[] stripes;

    private Held(int[] stripes) {
      this.stripes = stripes;
    }

    @Override
    public void close() {
      int[] held = stripes;
      stripes = NONE;
      for (int i = held.length - 1; i >= 0; i--) {
        unlock(held[i]);
      }
    }
  }

  private void unlock(int stripe) {
    locks[stripe].unlock();
    Queue<Runnable> queue = waiting.get(stripe);
    for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
      next.run();
    }
  }

  /**
   * Has {@code free} called once a lock of {@code places} that another has now is free; false: none
   * is, or it has become free meanwhile, and {@code free} is not called.
   */
  public boolean await(long[] places, Runnable free) {
    for (long place : places) {
      int stripe = stripe(place);
      if (isWithAnother(stripe)) {
        Queue<Runnable> queue = waiting.get(stripe);
        queue.add(free);
        // Who has it sees the queue after it has unlocked.
        return isWithAnother(stripe) || !queue.remove(free);
      }
    }
    return false;
  }

  private boolean isWithAnother(int stripe) {
    return locks[stripe].isLocked() && !locks[stripe].isHeldByCurrentThread();
  }

  /** Waits for the locks of keys at {@code places}. */
  public Held lock(long... places) {
    return lockStripes(stripes(places));
  }

  /** Takes the locks of keys at {@code places} if all are free now; null: one is not. */
  public @Nullable Held tryLock(long... places) {
    int[] rising = stripes(places);
    for (int i = 0; i < rising.length; i++) {
      if (!locks[rising[i]].tryLock()) {
        new Held(Arrays.copyOf(rising, i)).close();
        return null;
      }
    }
    return new Held(rising);
  }

  private static int[] stripes(long[] places) {
    int[] stripes = new int[places.length];
    for (int i = 0; i < places.length; i++) {
      stripes[i] = stripe(places[i]);
    }
    return stripes.length < 2 ? stripes : Arrays.stream(stripes).sorted().distinct().toArray();
  }

  /** Waits for the locks of all keys. */
  public Held lockAll() {
    int[] all = new int[STRIPES];
    Arrays.setAll(all, i -> i);
    return lockStripes(all);
  }

  private Held lockStripes(int[] rising) {
    for (int stripe : rising) {
      locks[stripe].lock();
    }
    return new Held(rising);
  }

  /** Whether the present thread has the lock of a key at {@code place}. */
  boolean isHeld(long place) {
    return locks[stripe(place)].isHeldByCurrentThread();
  }

  static int stripe(long place) {
    return (int) place & STRIPES - 1;
  }
}
