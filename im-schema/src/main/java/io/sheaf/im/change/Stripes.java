package io.sheaf.im.change;

import io.sheaf.im.id.Id;
import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks by id, so that changes to one conversation or one user come one after another, and others
 * beside. Ids share {@value #COUNT} locks; who takes several gets them in one order, so nobody
 * waits in a circle.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class Stripes {
  /** Number of locks, a power of two. */
  static final int COUNT = 1 << 14;

  private final ReentrantLock[] locks = new ReentrantLock[COUNT];

  Stripes() {
    Arrays.setAll(locks, i -> new ReentrantLock());
  }

  /** The locks of {@code ids}, taken. */
  Held lock(Collection<Id> ids) {
    int[] stripes = new int[ids.size()];
    int count = 0;
    for (Id id : ids) {
      stripes[count++] = of(id);
    }
    Arrays.sort(stripes);
    Held held = new Held(stripes);
    for (int i = 0; i < stripes.length; i++) {
      if (i == 0 || stripes[i] != stripes[i - 1]) {
        locks[stripes[i]].lock();
      }
    }
    return held;
  }

  /** Waits until every lock that is taken now was given up. */
  void awaitAll() {
    for (ReentrantLock lock : locks) {
      lock.lock();
      try {
        assert lock.isHeldByCurrentThread();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Whether this thread has the lock of {@code id}. */
  boolean isHeld(Id id) {
    return locks[of(id)].isHeldByCurrentThread();
  }

  /** The lock of {@code id}, 0 to {@value #COUNT} - 1. */
  static int of(Id id) {
    return id.hashCode() & (COUNT - 1);
  }

  /** Locks that are taken until closed. */
  final class Held implements AutoCloseable {
    private int[] stripes;

    private Held(int[] stripes) {
      this.stripes = stripes;
    }

    @Override
    public void close() {
      for (int i = stripes.length - 1; i >= 0; i--) {
        if (i == 0 || stripes[i] != stripes[i - 1]) {
          locks[stripes[i]].unlock();
        }
      }
      stripes = new int[0];
    }
  }
}
