package io.sheaf.server.client;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The bytes that the server holds for one client: what it sent and is not executed, what it queued
 * in MULTI or watches, replies that it has not read.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who opened it closes
 * it; what is added later counts nowhere.
 */
public final class HeldBytes {
  private final ClientMemory memory;
  private final Client client;
  private final BooleanSupplier isServed;
  private long bytes; // guarded by this
  private boolean closed; // guarded by this
  private volatile long progressNanos;

  HeldBytes(ClientMemory memory, Client client, BooleanSupplier isServed) {
    this.memory = memory;
    this.client = client;
    this.progressNanos = memory.nanoTime();
    this.isServed = isServed;
  }

  /** For whom. */
  Client client() {
    return client;
  }

  /** The budget that it is a part of. */
  public ClientMemory memory() {
    return memory;
  }

  /** Holds {@code more} bytes more; fewer, if it is negative. */
  public synchronized void add(long more) {
    if (!closed) {
      bytes += more;
      memory.add(more);
    }
  }

  /** How many are held. */
  public synchronized long bytes() {
    return bytes;
  }

  /** Whether it is more than one client may hold while all together hold too much. */
  public boolean isOverShare() {
    return memory.isExceeded() && bytes() > memory.shareBytes();
  }

  /** Notes that the client has read something, or that something of it came or was executed. */
  public void progress() {
    progressNanos = memory.nanoTime();
  }

  /** For how long the server has waited for the client to go on, in milliseconds. */
  long stalledMillis(long nowNanos) {
    return isServed.getAsBoolean()
        ? 0 // it is the server that others wait for
        : TimeUnit.NANOSECONDS.toMillis(nowNanos - progressNanos);
  }

  /** Gives all of them back. */
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      memory.add(-bytes);
      bytes = 0;
    }
    memory.remove(this);
  }
}
