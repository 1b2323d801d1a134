package io.sheaf.compaction;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.CompactionHost;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.compact.Compactor;
import io.sheaf.lsm.io.BackgroundThread;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.NoSpaceException;
import io.sheaf.lsm.version.PinnedVersion;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts a store in the background: one thread asks the {@link CompactionPlanner} what to do, and
 * as many as the limits allow carry out {@link CompactionJob}s.
 *
 * <p><b>Invariant.</b> No two jobs that wait or run {@linkplain Compaction#conflictsWith conflict}.
 *
 * <p><b>Errors.</b> A job that fails stops everything and turns the store read-only with the cause.
 * Only a full device does not: the job leaves nothing behind and is tried again.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> The store closes it
 * before anything that its host offers.
 */
public final class CompactionScheduler implements Compactor {
  private static final Logger LOG = LoggerFactory.getLogger(CompactionScheduler.class);

  /** How often expiry, reads and a full device are looked at when nothing else happens. */
  private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(10);

  /**
   * A merge that writes up to this part of a file, a megabyte by default, ends when the store is
   * closed; what is larger is cancelled. Sessions may all be too short for any merge.
   */
  private static final int SMALL_FRACTION = 64;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Thread> threads = new ArrayList<>();

  // guarded by lock
  private final Queue<Job> waiting = new ArrayDeque<>();
  private final List<ManualCompaction> requests = new ArrayList<>();
  private final Map<Integer, List<Compaction>> underWay = new HashMap<>();
  private boolean stale;
  private int awaitingIdle;
  private boolean planning;
  private int usedThreads;
  private @Nullable NoSpaceException noSpace;
  private long noSpaceNanos;
  private long neededBytes;

  private volatile @Nullable Throwable failure; // written under lock
  private volatile boolean closed; // written under lock
  private volatile double pressure;
  private @Nullable CompactionHost startedHost;

  /** A job with the request it belongs to; null: the picker's own. */
  private record Job(Compaction compaction, @Nullable ManualCompaction request) {}

  /** What every thread works with. */
  private record Work(CompactionHost host, CompactionPlanner planner, RateLimiter limiter) {}

  private final long tickNanos;

  /** A scheduler that does nothing until it is started. */
  public CompactionScheduler() {
    this(TICK_NANOS);
  }

  CompactionScheduler(long tickNanos) {
    this.tickNanos = tickNanos;
  }

  @Override
  public void start(CompactionHost host) {
    lock.lock();
    try {
      if (closed) {
        throw new ClosedException("compaction");
      }
      if (startedHost != null) {
        throw new IllegalStateException("compaction was started before");
      }
      startedHost = host;
      stale = true;
      CompactionLimits limits = host.limits();
      Work work =
          new Work(
              host,
              new CompactionPlanner(host, tickNanos),
              new RateLimiter(limits.bytesPerSecond()));
      threads.add(
          Thread.ofPlatform().daemon(true).name("sheaf-compaction-plan").start(() -> plan(work)));
      for (int i = 1; i <= limits.threads(); i++) {
        Thread worker = BackgroundThread.of("sheaf-compaction-" + i, () -> work(work));
        worker.start();
        threads.add(worker);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void wake() {
    lock.lock();
    try {
      stale = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public double pressure() {
    return pressure;
  }

  @Override
  public void compact(int tableId, @Nullable Slice lower, @Nullable Slice upper)
      throws IOException, InterruptedException {
    ManualCompaction request =
        new ManualCompaction(
            tableId,
            lower == null ? null : Slice.copyOf(lower),
            upper == null ? null : Slice.copyOf(upper));
    lock.lock();
    try {
      requests.add(request);
      stale = true;
      changed.signalAll();
      while (!request.finished()) {
        checkRunning();
        changed.await();
      }
      NoSpaceException full = request.noSpace();
      if (full != null) {
        throw new IOException("table " + tableId + " was not compacted", full);
      }
    } finally {
      requests.remove(request);
      stale = true; // the table may be planned again
      changed.signalAll();
      lock.unlock();
    }
  }

  @Override
  public void awaitIdle() throws IOException, InterruptedException {
    lock.lock();
    awaitingIdle++;
    try {
      stale = true;
      changed.signalAll();
      while (stale || planning || !underWay.isEmpty()) {
        checkRunning();
        changed.await();
      }
      checkRunning();
      if (noSpace != null) {
        throw new IOException("compaction waits for room", noSpace);
      }
    } finally {
      awaitingIdle--;
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    threads.forEach(BackgroundThread::awaitEnd);
  }

  private void checkRunning() throws IOException {
    if (closed) {
      throw new ClosedException("compaction");
    }
    if (failure != null) {
      throw new IOException("compaction failed; the store takes no writes any more", failure);
    }
    if (startedHost == null) {
      throw new IllegalStateException("compaction was not started");
    }
  }

  private boolean stopped() {
    return closed || failure != null;
  }

  // The planning thread.

  private void plan(Work work) {
    try {
      while (awaitPlanning()) {
        lookForRoom(work.host());
        planOnce(work);
      }
    } catch (Throwable cause) {
      fail(work.host(), cause);
    }
  }

  private boolean awaitPlanning() throws InterruptedException {
    lock.lock();
    try {
      planning = false;
      changed.signalAll();
      long left = tickNanos;
      while (!stale && left > 0 && !stopped()) {
        left = changed.awaitNanos(left);
      }
      stale = false;
      planning = true;
      return !stopped();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets jobs be tried again when there is the room that one has missed, or some time has passed.
   */
  private void lookForRoom(CompactionHost host) throws IOException {
    lock.lock();
    try {
      if (noSpace != null
          && (System.nanoTime() - noSpaceNanos >= tickNanos
              || FreeSpace.suffices(host, neededBytes))) {
        noSpace = null;
      }
    } finally {
      lock.unlock();
    }
  }

  private void planOnce(Work work) throws IOException {
    // Before the pin: what a job changes meanwhile is then busy, or gone, or there as it is now.
    Plan plan = newPlan();
    try (PinnedVersion pin = work.host().pinVersion()) {
      Version version = pin.version();
      work.planner().observe(version, plan.awaited());
      pressure = work.planner().pressure(version);
      List<TableState> tables = new ArrayList<>(version.tables().values());
      tables.sort(
          Comparator.<TableState>comparingInt(table -> -table.runs().size())
              .thenComparingInt(table -> table.descriptor().id()));
      Set<Integer> requested = new HashSet<>();
      for (ManualCompaction request : plan.requests()) {
        requested.add(request.tableId());
        TableState table = version.table(request.tableId());
        enqueue(table == null ? List.of() : work.planner().plan(table, request), request);
      }
      for (TableState table : tables) {
        int id = table.descriptor().id();
        // A request that was given up meanwhile has left jobs that the plan does not know of.
        if (!requested.contains(id) && mayPlan(work.host(), id)) {
          enqueue(work.planner().plan(table, plan.underWay().getOrDefault(id, List.of())), null);
        }
      }
    }
  }

  /**
   * What a round of planning begins with: requests whose tables are at rest, jobs under way, and
   * whether somebody waits for all to come to rest.
   */
  private record Plan(
      List<ManualCompaction> requests, Map<Integer, List<Compaction>> underWay, boolean awaited) {}

  private Plan newPlan() {
    lock.lock();
    try {
      List<ManualCompaction> ready = new ArrayList<>();
      Set<Integer> claimed = new HashSet<>(underWay.keySet());
      for (ManualCompaction request : requests) {
        if (!request.begun() && claimed.add(request.tableId())) {
          request.begin();
          ready.add(request);
        }
      }
      Map<Integer, List<Compaction>> jobs = new HashMap<>();
      underWay.forEach((id, ofTable) -> jobs.put(id, List.copyOf(ofTable)));
      return new Plan(ready, jobs, awaitingIdle > 0);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a thread would be free for a job on this table, and no request claims the table. */
  private boolean mayPlan(CompactionHost host, int tableId) {
    lock.lock();
    try {
      return noSpace == null
          && usedThreads + waiting.size() < host.limits().threads()
          && requests.stream().noneMatch(request -> request.tableId() == tableId);
    } finally {
      lock.unlock();
    }
  }

  private void enqueue(List<Compaction> jobs, @Nullable ManualCompaction request) {
    lock.lock();
    try {
      for (Compaction job : jobs) {
        List<Compaction> others =
            underWay.computeIfAbsent(job.table().id(), id -> new ArrayList<>());
        assert others.stream().noneMatch(job::conflictsWith) : job + " beside " + others;
        others.add(job);
        waiting.add(new Job(job, request));
      }
      if (request != null) {
        request.planned(jobs.size());
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // The threads that do the jobs.

  private void work(Work work) {
    try {
      while (true) {
        int jobThreads;
        Job job;
        lock.lock();
        try {
          while (!stopped()
              && (waiting.isEmpty() || usedThreads >= work.host().limits().threads())) {
            changed.await();
          }
          if (stopped()) {
            return;
          }
          job = waiting.remove();
          jobThreads = threadsFor(work.host().limits(), job.compaction());
          usedThreads += jobThreads;
        } finally {
          lock.unlock();
        }
        try {
          run(work, job, jobThreads);
        } finally {
          finished(job, jobThreads);
        }
      }
    } catch (Throwable cause) {
      fail(work.host(), cause);
    }
  }

  /** A large merge takes the threads for which there is no other job. */
  private int threadsFor(CompactionLimits limits, Compaction compaction) {
    int idle = limits.threads() - usedThreads - waiting.size();
    return switch (compaction) {
      case Compaction.Merge merge ->
          Math.clamp(merge.estimatedBytes() / limits.targetFileBytes(), 1, Math.max(1, idle));
      case Compaction.Move move -> 1;
      case Compaction.Drop drop -> 1;
    };
  }

  private void run(Work work, Job job, int jobThreads) throws IOException {
    Compaction compaction = job.compaction();
    try {
      boolean isSmall =
          compaction.writtenBytes() <= work.host().limits().targetFileBytes() / SMALL_FRACTION;
      CompactionJob.Outcome outcome =
          new CompactionJob(
                  work.host(),
                  compaction,
                  work.limiter(),
                  jobThreads,
                  this::stopped,
                  isSmall ? () -> failure != null : this::stopped)
              .run();
      LOG.debug(
          "{} of {} files of table '{}' because of {}: {} rows, {} dropped",
          compaction.getClass().getSimpleName(),
          compaction.files().size(),
          compaction.table().name(),
          compaction.reason(),
          outcome.rows(),
          outcome.dropped());
      work.planner().remember(compaction, outcome);
    } catch (CancellationException cause) {
      LOG.debug("cancelled: {}", cause.getMessage());
    } catch (NoSpaceException cause) {
      LOG.warn("{}", cause.getMessage());
      lock.lock();
      try {
        noSpace = cause;
        noSpaceNanos = System.nanoTime();
        neededBytes = neededBytes(compaction);
        if (job.request() != null) {
          job.request().failed(cause);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private static long neededBytes(Compaction compaction) {
    return switch (compaction) {
      case Compaction.Merge merge -> merge.estimatedBytes();
      case Compaction.Move move -> 0;
      case Compaction.Drop drop -> 0;
    };
  }

  private void finished(Job job, int jobThreads) {
    lock.lock();
    try {
      underWay.computeIfPresent(
          job.compaction().table().id(),
          (id, jobs) -> {
            jobs.remove(job.compaction());
            return jobs.isEmpty() ? null : jobs;
          });
      usedThreads -= jobThreads;
      if (job.request() != null) {
        job.request().jobFinished();
      }
      stale = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Stops everything; the store knows of it before anyone who waits for us does. */
  private void fail(CompactionHost host, Throwable cause) {
    LOG.error("compaction failed; the store turns read-only", cause);
    host.failed(cause);
    lock.lock();
    try {
      failure = failure == null ? cause : failure;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
