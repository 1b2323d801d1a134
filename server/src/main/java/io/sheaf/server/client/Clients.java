package io.sheaf.server.client;

import java.util.Collection;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The clients that are connected.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class Clients {
  private final ConcurrentSkipListMap<Long, Client> connected = new ConcurrentSkipListMap<>();
  private final AtomicLong lastId = new AtomicLong();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder receivedFromGone = new LongAdder();
  private final LongAdder sentToGone = new LongAdder();

  /** None yet. */
  public Clients() {}

  /** The number of the next client. */
  public long newId() {
    return lastId.incrementAndGet();
  }

  /** Adds a client. */
  public void add(Client client) {
    connected.put(client.id(), client);
    accepted.increment();
  }

  /** Counts a connection that was refused. */
  public void refuse() {
    refused.increment();
  }

  /** Removes a client. */
  public void remove(Client client) {
    if (connected.remove(client.id()) != null) {
      receivedFromGone.add(client.receivedBytes());
      sentToGone.add(client.sentBytes());
    }
  }

  /** All, in the order in which they came. */
  public Collection<Client> all() {
    return connected.values();
  }

  /** The client with this number. */
  public @Nullable Client find(long id) {
    return connected.get(id);
  }

  /** How many are connected. */
  public int count() {
    return connected.size();
  }

  /** How many ever connected. */
  public long accepted() {
    return accepted.sum();
  }

  /** Bytes that clients ever sent. */
  public long receivedBytes() {
    return receivedFromGone.sum()
        + connected.values().stream().mapToLong(Client::receivedBytes).sum();
  }

  /** Bytes that were ever sent to clients. */
  public long sentBytes() {
    return sentToGone.sum() + connected.values().stream().mapToLong(Client::sentBytes).sum();
  }

  /** How many connections were refused. */
  public long refused() {
    return refused.sum();
  }
}
