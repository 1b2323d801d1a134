package io.sheaf.bench.phase;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.engine.RowReader;
import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.measure.RowPage;
import io.sheaf.testdata.Read;
import io.sheaf.testdata.ReadKind;
import io.sheaf.testdata.RowKey;
import io.sheaf.testdata.StandardWorkload;
import io.sheaf.testdata.UserRows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Rows of a queue expire while others come at a steady rate. The store has little memory, so that
 * rows live through many write buffers, as they do where they live for days.
 */
final class ExpiryPhase implements Phase {
  private static final long MEMORY_BYTES = 32L << 20;
  private static final Duration SAMPLE_EVERY = Duration.ofMillis(50);
  private static final int USERS_READ = 200;
  private static final int PAGE_ROWS = 16 << 10;
  private static final int PAGE_BYTES = 8 << 20;
  private static final int PATIENCE = 3;

  @Override
  public void run(RaceStore store, PhaseReport report)
      throws CommandFailure, IOException, InterruptedException {
    Tempo tempo = store.tempo();
    Duration writing = tempo.timeToLive().multipliedBy(tempo.lifetimes());
    StandardWorkload workload = store.workload().withRows(tempo.expiringRows());
    LiveBytes live = new LiveBytes(tempo.timeToLive());
    try (SideStore side =
        SideStore.open(
            store,
            "ttl",
            Math.min(MEMORY_BYTES, store.settings().memoryBytes()),
            workload.rows(),
            tempo.timeToLive())) {
      Usage before = Usage.now();
      try (BatchWriter writer =
          new BatchWriter(side.engine(), workload.generator(), store.batchRows())) {
        write(side, writer, live, store, writing, report);
        side.engine().flush();
        checkLiveRows(side, workload, live);
        side.engine().awaitIdle();
        WrittenBytes.report(report, "user byte", Usage.since(before), writer.userBytes());
        report.latency("batch write", writer.nanos());
      }
      report.lowerIsBetter(
          "most bytes on disk a live user byte", "bytes", live.mostOccupiedOfLive());
      readExpired(side, workload, store, report);
    }
  }

  private static void write(
      SideStore side,
      BatchWriter writer,
      LiveBytes live,
      RaceStore store,
      Duration writing,
      PhaseReport report)
      throws CommandFailure, IOException, InterruptedException {
    double batchesPerSecond = (double) store.tempo().rowsPerSecond() / store.batchRows();
    AtomicBoolean ended = new AtomicBoolean();
    ReaderThreads.run(
        2,
        thread -> {
          if (thread == 0) {
            try {
              PacedWriter.write(writer, batchesPerSecond, writing.multipliedBy(PATIENCE));
            } finally {
              ended.set(true);
            }
          } else {
            while (!ended.get()) {
              live.sample(
                  System.nanoTime(), writer.rows(), writer.userBytes(), side.writtenBytes());
              report.progress(
                  writer.rows(), writing.toSeconds() * store.tempo().rowsPerSecond(), "rows");
              LockSupport.parkNanos(SAMPLE_EVERY.toNanos());
            }
          }
        });
  }

  /** Rows that have half of their life before them must be there, the newest first. */
  private static void checkLiveRows(SideStore side, StandardWorkload workload, LiveBytes live)
      throws CommandFailure, IOException {
    UserRows userRows = new UserRows(workload);
    RowPage page = new RowPage(PAGE_ROWS, PAGE_BYTES);
    try (RowReader reader = side.engine().newReader()) {
      for (int rank = 0; rank < Math.min(USERS_READ, workload.users()); rank++) {
        long liveFrom = live.rowsWrittenBefore(System.nanoTime());
        if (userRows.count(rank) == 0 || userRows.newestRow(rank, 0) < liveFrom) {
          continue;
        }
        newest(reader, workload.userOfRank(rank), page);
        long id = userRows.newestId(rank, 0);
        boolean there = page.size() > 0 && idOf(page.key(0)) == id;
        if (!there) {
          throw new CommandFailure(
              "WRONG DATA: id " + id + " of rank " + rank + " is missing before it has expired");
        }
      }
    }
  }

  /** Waits until all rows have expired, and counts those that are returned all the same. */
  private static void readExpired(
      SideStore side, StandardWorkload workload, RaceStore store, PhaseReport report)
      throws CommandFailure, IOException {
    long until =
        System.nanoTime() + store.tempo().timeToLive().plus(Duration.ofSeconds(1)).toNanos();
    while (System.nanoTime() - until < 0) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
    RowPage page = new RowPage(PAGE_ROWS, PAGE_BYTES);
    long returned = 0;
    try (RowReader reader = side.engine().newReader()) {
      for (int rank = 0; rank < Math.min(USERS_READ, workload.users()); rank++) {
        newest(reader, workload.userOfRank(rank), page);
        returned += page.size();
      }
    }
    if (returned > 0 && store.name() == EngineName.SHEAF) {
      throw new CommandFailure(
          "WRONG DATA: " + returned + " rows were returned after they expired");
    }
    report.note(
        returned
            + " rows were returned after they expired, of the newest 50 of "
            + USERS_READ
            + " users");
  }

  private static void newest(RowReader reader, long user, RowPage page) throws IOException {
    page.clear();
    reader.begin(new Read(ReadKind.LATEST, user, Long.MAX_VALUE, 50));
    if (!reader.fill(page)) {
      throw new IllegalStateException("the newest rows of a user do not fit in a page");
    }
  }

  private static long idOf(ByteBuffer key) {
    return key.getLong(key.position() + RowKey.PREFIX_BYTES);
  }
}
