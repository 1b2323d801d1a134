package io.sheaf.server.client;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One budget for what is held for all clients. While it is exceeded,
 *
 * <ul>
 *   <li>nothing more is read from a client that holds more than its share, which is the budget
 *       divided by the number of clients;
 *   <li>nothing more is run for a client that has more than its share of replies unread;
 *   <li>of the clients that have stalled, for which the server waits for some seconds while no
 *       reply of theirs is read and nothing comes or is executed, the one that holds most is
 *       closed, until the rest is within the budget.
 * </ul>
 *
 * Someone always holds more than half of a share then: either it goes on, and holds less soon, or
 * it stalls and is closed. So nobody waits for ever, and a client that reads is not closed.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class ClientMemory {
  private static final Logger LOGGER = LoggerFactory.getLogger(ClientMemory.class);
  private static final int LARGE_PART = 4;
  private static final long LOOK_NANOS = 20_000_000;

  private final LongSupplier limit;
  private final long stalledMillis;
  private final LongSupplier nanos;
  private final AtomicLong held = new AtomicLong();
  private final AtomicInteger count = new AtomicInteger();
  private final Set<HeldBytes> clients = ConcurrentHashMap.newKeySet();
  private final LongAdder evicted = new LongAdder();

  /** The next time at which it may be worth to look for a client to close. */
  private final AtomicLong nextLookNanos;

  /**
   * Allows as many bytes as {@code limit} says at the time.
   *
   * @param stalledMillis after which a client that does not go on may be closed
   * @param nanos the time, as System.nanoTime tells it
   */
  public ClientMemory(LongSupplier limit, long stalledMillis, LongSupplier nanos) {
    this.limit = limit;
    this.stalledMillis = stalledMillis;
    this.nanos = nanos;
    this.nextLookNanos = new AtomicLong(nanos.getAsLong());
  }

  long nanoTime() {
    return nanos.getAsLong();
  }

  /**
   * Begins to count for {@code client}.
   *
   * @param isServed whether the server has something to do for it, so that it does not stall
   */
  public HeldBytes open(Client client, BooleanSupplier isServed) {
    HeldBytes opened = new HeldBytes(this, client, isServed);
    client.held(opened);
    clients.add(opened);
    count.incrementAndGet();
    return opened;
  }

  void remove(HeldBytes closed) {
    if (clients.remove(closed)) {
      count.decrementAndGet();
    }
  }

  void add(long bytes) {
    held.addAndGet(bytes);
  }

  /** What is held, in bytes. */
  public long heldBytes() {
    return held.get();
  }

  /** What may be held, in bytes. */
  public long limitBytes() {
    return limit.getAsLong();
  }

  /** Clients that were closed so that the others had room. */
  public long evicted() {
    return evicted.sum();
  }

  /** Whether more is held than allowed. */
  public boolean isExceeded() {
    return held.get() > limit.getAsLong();
  }

  /** What each client may hold while it is exceeded, in bytes. */
  public long shareBytes() {
    return limit.getAsLong() / Math.max(1, count.get());
  }

  /**
   * Whether there is no room for a reply that grows, where its client holds {@code bytes}: the
   * budget is exceeded by a large one, or twice over.
   */
  public boolean isTooMuch(long bytes) {
    long now = held.get();
    long allowed = limit.getAsLong();
    return now > 2 * allowed || (now > allowed && bytes > allowed / LARGE_PART);
  }

  /** Counts a client that was closed as its reply had no room. */
  public void countEvicted() {
    evicted.increment();
  }

  /** Looks for clients to close if that was not done just now; see {@link #relieveNow}. */
  public void relieve() {
    if (!isExceeded()) {
      return;
    }
    long now = nanoTime();
    long next = nextLookNanos.get();
    if (now - next >= 0 && nextLookNanos.compareAndSet(next, now + LOOK_NANOS)) {
      relieveNow();
    }
  }

  /** Closes clients that have stalled until what is held is within the budget. */
  public void relieveNow() {
    while (isExceeded()) {
      HeldBytes largest = largestStalled();
      if (largest == null) {
        return;
      }
      evict(largest);
    }
  }

  private @Nullable HeldBytes largestStalled() {
    long now = nanoTime();
    long most = shareBytes() / 2;
    HeldBytes largest = null;
    for (HeldBytes one : clients) {
      long bytes = one.bytes();
      if (bytes > most && one.stalledMillis(now) >= stalledMillis) {
        largest = one;
        most = bytes;
      }
    }
    return largest;
  }

  private void evict(HeldBytes largest) {
    evicted.increment();
    LOGGER.warn(
        "Connection from {} is closed: {} bytes are held for it, and it does not go on, while {}"
            + " bytes are held for all clients and maxmemory-clients is {}",
        largest.client().address(),
        largest.bytes(),
        heldBytes(),
        limitBytes());
    largest.close();
    largest.client().kill();
  }
}
