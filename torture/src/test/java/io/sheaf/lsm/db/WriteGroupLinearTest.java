package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.torture.Linearity;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Writers that wait for one another in a {@link WriteGroup}, as those of {@link WriteQueue} do:
 * each batch is written once, before its writer goes on, whoever leads.
 */
public class WriteGroupLinearTest {
  private final WriteGroup group = new WriteGroup(1 << 20);
  private final ReentrantLock lock = new ReentrantLock();
  private int written;
  private int asked;

  /** Writes a batch. */
  @Operation
  public void write() {
    WriteGroup.Waiting mine = group.await(new WriteBatch(), Durability.WRITTEN, List.of());
    lock.lock();
    try {
      asked++;
      while (!mine.isDone()) {
        group.gather();
        written += group.batches().size();
        group.end(null);
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many batches of writers that are done were written. */
  @Operation
  public int count() {
    lock.lock();
    try {
      assertTrue(asked <= written, "a batch is written before its writer goes on");
      return asked;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing waits, and nothing was written twice. */
  @Validate
  public void eachIsWrittenOnce() {
    assertEquals(asked, written);
  }

  @Test
  void eachBatchIsWrittenOnceInAnyInterleaving() {
    Linearity.modelChecking(100).sequentialSpecification(Counter.class).check(getClass());
  }

  @Test
  void eachBatchIsWrittenOnceOnRealThreads() {
    Linearity.stress(500).sequentialSpecification(Counter.class).check(getClass());
  }

  /** A counter. */
  public static class Counter {
    private int written;

    /** Counts. */
    public void write() {
      written++;
    }

    /** The count. */
    public int count() {
      return written;
    }
  }
}
