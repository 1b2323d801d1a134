package io.sheaf.server.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class KeyLocksTest {
  @Test
  void whoAwaitsALockIsCalledWhenItIsFree() throws InterruptedException {
    KeyLocks locks = new KeyLocks();
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch letGo = new CountDownLatch(1);
    Thread owner =
        Thread.ofPlatform()
            .name("owner")
            .start(() -> {
              try (KeyLocks.Held _ = locks.lock(7, 9)) {
                taken.countDown();
                letGo.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    taken.await();
    AtomicInteger called = new AtomicInteger();
    assertNull(locks.tryLock(7, 8));
    assertTrue(locks.await(new long[] {8, 7}, called::incrementAndGet));
    assertFalse(locks.await(new long[] {8}, called::incrementAndGet), "nobody has it");
    assertEquals(0, called.get());
    letGo.countDown();
    owner.join();
    assertEquals(1, called.get());
    KeyLocks.Held held = locks.tryLock(7, 8, 9, 7);
    assertNotNull(held);
    held.close();
    held.close();
  }

  /** Nobody who awaits a lock is forgotten, however the moments fall. */
  @Test
  void nobodyIsForgotten() throws InterruptedException {
    KeyLocks locks = new KeyLocks();
    int rounds = 20_000;
    AtomicInteger got = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      threads.add(
          Thread.ofPlatform()
              .name("taker-" + i)
              .start(() -> {
                for (int round = 0; round < rounds; round++) {
                  take(locks);
                  got.incrementAndGet();
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(3 * rounds, got.get());
  }

  private static void take(KeyLocks locks) {
    while (true) {
      KeyLocks.Held held = locks.tryLock(5);
      if (held != null) {
        held.close();
        return;
      }
      CountDownLatch free = new CountDownLatch(1);
      if (locks.await(new long[] {5}, free::countDown)) {
        try {
          free.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }
  }
}
