package io.sheaf.lsm.db;

import io.sheaf.lsm.io.BackgroundThread;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ScrubObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the SSTables and value files of an open store at a limited rate, so that damage of a file
 * that nobody reads is found while there is still a backup or a replica to mend it from.
 *
 * <p>A pass goes over all files in the order of their numbers, and begins anywhere among them: a
 * store that is opened often and not for long has all of it read in time. The first pass begins an
 * hour after the opening, when files are no longer fresh in the system's memory; the next ones each
 * a week after the one before has begun.
 *
 * <p>Damage is counted, logged as an error, and told to the listener; so is a file of the store
 * that the system cannot read, or no longer has. It makes nothing read-only: whoever reads the rows
 * gets the error, all others go on.
 *
 * <p><b>Thread safety.</b> Closed once. <b>Ownership.</b> Holds no version: a file that is gone
 * meanwhile is passed over; one that is being read takes its room until it is read.
 */
final class Scrub implements AutoCloseable {
  /** When passes begin. */
  record Times(long firstAfterMillis, long everyMillis) {
    static final Times DEFAULT = new Times(TimeUnit.HOURS.toMillis(1), TimeUnit.DAYS.toMillis(7));
  }

  /** Reads one file and checks it. */
  @FunctionalInterface
  interface FileScrub {
    /** Reads all of {@code file}, past what is damaged. */
    void read(Numbered file, ScrubObserver observer) throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);

  private final Supplier<Set<Numbered>> files;
  private final FileScrub reader;
  private final Statistics statistics;
  private final long bytesPerSecond;
  private final Times times;
  private final Consumer<CorruptionException> listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Thread thread;
  private boolean stopped; // guarded by lock

  /**
   * A scrub that has not begun.
   *
   * @param files those of the store at this moment
   */
  Scrub(
      Supplier<Set<Numbered>> files,
      FileScrub reader,
      Statistics statistics,
      long bytesPerSecond,
      Times times,
      Consumer<CorruptionException> listener) {
    this.files = files;
    this.reader = reader;
    this.statistics = statistics;
    this.bytesPerSecond = bytesPerSecond;
    this.times = times;
    this.listener = listener;
  }

  /** Begins, unless the rate is 0. */
  void start() {
    if (bytesPerSecond > 0) {
      Thread started = BackgroundThread.of("sheaf-scrub", this::run);
      thread = started;
      started.start();
    }
  }

  private void run() {
    boolean more = pause(TimeUnit.MILLISECONDS.toNanos(times.firstAfterMillis()));
    while (more) {
      long begin = System.nanoTime();
      pass();
      long left = TimeUnit.MILLISECONDS.toNanos(times.everyMillis()) - (System.nanoTime() - begin);
      more = pause(Math.max(0, left));
    }
  }

  private void pass() {
    List<Numbered> all = new ArrayList<>();
    for (Numbered file : files.get()) {
      if (file.kind() == FileKind.SSTABLE || file.kind() == FileKind.VALUES) {
        all.add(file);
      }
    }
    all.sort(Comparator.comparingLong(Numbered::number));
    Collections.rotate(all, ThreadLocalRandom.current().nextInt(all.size() + 1));
    for (Numbered file : all) {
      if (!pause(0)) {
        return;
      }
      read(file);
    }
  }

  private void read(Numbered file) {
    String name = FileNames.of(file.kind(), file.number());
    Observer observer = new Observer(file);
    try {
      reader.read(file, observer);
      statistics.increment(Counter.SCRUBBED_FILES);
    } catch (ClosedException gone) {
      LOG.debug("{} is gone", name, gone);
    } catch (CorruptionException damage) {
      observer.damaged(damage);
    } catch (IOException e) {
      observer.damaged(unreadable(name, e));
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.error("the scrub cannot read {}", name, e);
    }
  }

  /** What the system says of a file, or that it is of another version, told as damage of it. */
  private static CorruptionException unreadable(String name, IOException cause) {
    CorruptionException damage =
        new CorruptionException(name, 0, "a file that can be read", String.valueOf(cause));
    damage.initCause(cause);
    return damage;
  }

  /** Keeps the pace of one file, and tells what is found in it. */
  private final class Observer implements ScrubObserver {
    private final Numbered file;

    Observer(Numbered file) {
      this.file = file;
    }

    @Override
    public boolean read(long bytes) {
      statistics.add(Counter.SCRUBBED_BYTES, bytes);
      return pause((long) (bytes * (double) TimeUnit.SECONDS.toNanos(1) / bytesPerSecond));
    }

    @Override
    public void damaged(CorruptionException damage) {
      if (!files.get().contains(file)) {
        return; // it went while it was read
      }
      statistics.increment(Counter.SCRUB_DAMAGES);
      LOG.error("the scrub has found damage: {}", damage.getMessage());
      try {
        listener.accept(damage);
      } catch (RuntimeException e) {
        LOG.error("the listener to damage failed", e);
      }
    }
  }

  /** Waits so long, or until it is stopped; whether to go on. */
  private boolean pause(long nanos) {
    long left = nanos;
    lock.lock();
    try {
      while (left > 0 && !stopped) {
        left = changed.awaitNanos(left);
      }
      return !stopped;
    } catch (InterruptedException e) {
      return false; // nobody interrupts this thread but a container that ends
    } finally {
      lock.unlock();
    }
  }

  /** Stops it and waits until it has let go of its file, unless its own listener calls this. */
  @Override
  public void close() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    Thread started = thread;
    if (started != null && !started.equals(Thread.currentThread())) {
      BackgroundThread.awaitEnd(started);
    } // else the listener closes the store: this thread ends when it is done
  }
}
