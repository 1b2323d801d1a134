package io.sheaf.lsm.db;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Objects that reads are made of and that wait for the next read, so that a read makes no garbage:
 * about one for each thread that reads at the same time. What finds no place is left to the garbage
 * collector.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads; what was given by one may be taken by
 * another, who sees all that was done to it.
 */
final class Idle<T> {
  static final int PLACES = 32;

  /** Places of two threads do not share a line of the processor's cache. */
  static final int SPACING = 16;

  private final AtomicReferenceArray<T> places = new AtomicReferenceArray<>(PLACES * SPACING);
  private final Supplier<T> factory;

  Idle(Supplier<T> factory) {
    this.factory = factory;
  }

  /** One that nobody else has, from now on the caller's. */
  T take() {
    T waiting = places.getAndSet(placeOf(Thread.currentThread().threadId()), null);
    return waiting != null ? waiting : factory.get();
  }

  /** Takes over one that the caller has no more use for. */
  void give(T unused) {
    places.setRelease(placeOf(Thread.currentThread().threadId()), unused);
  }

  /** Where a thread leaves its object; ids of virtual threads grow beyond an int. */
  static int placeOf(long threadId) {
    return (int) (threadId % PLACES) * SPACING;
  }
}
