package io.sheaf.server.keyspace;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes keys that have expired, ten times a second, a bounded number of them at once. A reader
 * does not see them even before.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who started it closes
 * it, before the store.
 */
public final class ExpirySweep implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(ExpirySweep.class);
  private static final int KEYS_AT_ONCE = 1_000;
  private static final long PAUSE_MILLIS = 100;
  private static final long PAUSE_AFTER_FAILURE_MILLIS = 10_000;

  private final Keyspace keyspace;
  private final BooleanSupplier isPaused;
  private final Thread thread;
  private volatile boolean active = true;
  private boolean closed;

  /** Not yet started. */
  public ExpirySweep(Keyspace keyspace) {
    this(keyspace, () -> false);
  }

  /** The same, that removes nothing while {@code isPaused} says so. */
  public ExpirySweep(Keyspace keyspace, BooleanSupplier isPaused) {
    this.keyspace = keyspace;
    this.isPaused = isPaused;
    this.thread = new Thread(this::run, "sheaf-expiry");
    thread.setDaemon(true);
  }

  /** Begins to remove keys. */
  public void start() {
    thread.start();
  }

  /** Goes on removing keys, or pauses. */
  public void setActive(boolean active) {
    this.active = active;
  }

  private void run() {
    long pauseMillis = PAUSE_MILLIS;
    while (pause(pauseMillis)) {
      try {
        while (active
            && !isPaused.getAsBoolean()
            && sweep() == KEYS_AT_ONCE
            && keyspace.db().failure().isEmpty()) {
          // until none is left that has expired by now
        }
        pauseMillis = PAUSE_MILLIS;
      } catch (IOException | RuntimeException e) {
        if (pauseMillis == PAUSE_MILLIS) {
          LOGGER.error("Expired keys are not removed for now; readers do not see them", e);
        }
        pauseMillis = PAUSE_AFTER_FAILURE_MILLIS;
      }
    }
  }

  private synchronized boolean pause(long millis) {
    long until = System.nanoTime() + millis * 1_000_000;
    while (!closed) {
      long leftMillis = (until - System.nanoTime()) / 1_000_000;
      if (leftMillis <= 0) {
        return true;
      }
      try {
        wait(leftMillis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return false;
  }

  /** Removes some keys that have expired; answers how many places it looked at. */
  int sweep() throws IOException {
    List<byte[]> due = new ArrayList<>();
    byte[] end = ByteBuffer.allocate(Long.BYTES).putLong(keyspace.nowMillis() + 1).array();
    try (Transaction look = keyspace.begin();
        Rows rows = look.rows(look.tables().expiry(), new byte[] {0}, end, false, KEYS_AT_ONCE)) {
      while (rows.next()) {
        due.add(rows.key().toByteArray());
      }
    }
    for (byte[] expiryKey : due) {
      remove(expiryKey);
    }
    return due.size();
  }

  private void remove(byte[] expiryKey) throws IOException {
    byte[] key = KeyPlace.key(expiryKey);
    try (KeyLocks.Held _ = keyspace.locks().lock(KeyPlace.of(key));
        Transaction transaction = keyspace.begin()) {
      boolean expired = transaction.deleteExpired(key);
      transaction.deleteRow(transaction.tables().expiry(), expiryKey);
      transaction.commit();
      if (expired) {
        keyspace.keyExpired();
      }
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
