package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ScrubTest {
  private static final Scrub.Times AT_ONCE = new Scrub.Times(0, TimeUnit.DAYS.toMillis(1));
  private static final Numbered KEYS = new Numbered(5, FileKind.SSTABLE);
  private static final Numbered VALUES = new Numbered(4, FileKind.VALUES);
  private static final Numbered MANIFEST = new Numbered(1, FileKind.MANIFEST);

  private final Statistics statistics = new Statistics();

  @Test
  void readsEachKeyAndValueFileOnceAPass() throws InterruptedException {
    List<Numbered> read = new ArrayList<>();
    CountDownLatch both = new CountDownLatch(2);
    try (Scrub scrub =
        new Scrub(
            () -> Set.of(KEYS, VALUES, MANIFEST),
            (file, observer) -> {
              read.add(file);
              assertTrue(observer.read(10));
              both.countDown();
            },
            statistics,
            1 << 20,
            AT_ONCE,
            damage -> {})) {
      scrub.start();
      both.await();
    }
    assertEquals(Set.of(KEYS, VALUES), new HashSet<>(read));
    assertEquals(2, read.size());
    assertEquals(20, statistics.get(Counter.SCRUBBED_BYTES));
  }

  @Test
  void keepsToItsRate() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    long begin = System.nanoTime();
    try (Scrub scrub =
        new Scrub(
            () -> Set.of(KEYS),
            (file, observer) -> {
              for (int i = 0; i < 10; i++) {
                assertTrue(observer.read(1000));
              }
              done.countDown();
            },
            statistics,
            50_000,
            AT_ONCE,
            damage -> {})) {
      scrub.start();
      done.await();
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    assertTrue(millis >= 200, "10,000 bytes in " + millis + " ms");
  }

  @Test
  void tellsOfDamageOfFilesThatAreThere() throws InterruptedException {
    Set<Numbered> present = ConcurrentHashMap.newKeySet();
    present.addAll(Set.of(KEYS, VALUES));
    CorruptionException damage = new CorruptionException("000005.sst", 7, "this", "that");
    List<CorruptionException> told = new ArrayList<>();
    CountDownLatch both = new CountDownLatch(2);
    try (Scrub scrub =
        new Scrub(
            () -> present,
            (file, observer) -> {
              if (file.equals(VALUES)) {
                present.remove(file);
              }
              both.countDown();
              throw damage;
            },
            statistics,
            1 << 20,
            AT_ONCE,
            found -> {
              told.add(found);
              throw new IllegalStateException("a listener of little use");
            })) {
      scrub.start();
      both.await();
    }
    assertEquals(List.of(damage), told);
    assertEquals(1, statistics.get(Counter.SCRUB_DAMAGES));
  }

  @Test
  void tellsOfFilesThatCannotBeReadAndGoesOn() throws InterruptedException {
    List<CorruptionException> told = new ArrayList<>();
    CountDownLatch both = new CountDownLatch(2);
    try (Scrub scrub =
        new Scrub(
            () -> Set.of(KEYS, VALUES),
            (file, observer) -> {
              both.countDown();
              if (file.equals(KEYS)) {
                throw new IOException("Input/output error");
              }
              throw new OutOfMemoryError("direct memory");
            },
            statistics,
            1 << 20,
            AT_ONCE,
            told::add)) {
      scrub.start();
      both.await();
    }
    assertEquals(1, told.size());
    assertEquals("000005.sst", told.getFirst().file());
    assertTrue(String.valueOf(told.getFirst().getMessage()).contains("Input/output error"));
  }

  @Test
  void itsListenerMayCloseIt() throws InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    AtomicReference<Scrub> itself = new AtomicReference<>();
    Scrub scrub =
        new Scrub(
            () -> Set.of(KEYS),
            (file, observer) -> {
              throw new CorruptionException("000005.sst", 7, "this", "that");
            },
            statistics,
            1 << 20,
            AT_ONCE,
            damage -> {
              itself.get().close();
              closed.countDown();
            });
    itself.set(scrub);
    scrub.start();
    closed.await();
    scrub.close();
  }

  @Test
  void isStoppedWhileItWaits() {
    Scrub scrub =
        new Scrub(
            () -> Set.of(KEYS),
            (file, observer) -> {},
            statistics,
            1,
            Scrub.Times.DEFAULT,
            d -> {});
    scrub.start();
    scrub.close();
    assertEquals(0, statistics.get(Counter.SCRUBBED_FILES));
  }

  @Test
  void aRateOfNothingIsNoScrub() {
    try (Scrub scrub =
        new Scrub(
            () -> Set.of(KEYS),
            (file, observer) -> {
              throw new AssertionError("read");
            },
            statistics,
            0,
            AT_ONCE,
            d -> {})) {
      scrub.start();
    }
    assertEquals(0, statistics.get(Counter.SCRUBBED_FILES));
  }
}
