package io.sheaf.bench.phase;

import io.sheaf.bench.engine.RaceEngine;
import io.sheaf.bench.engine.RowBatch;
import io.sheaf.bench.engine.RowReader;
import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.measure.LatencySummary;
import io.sheaf.testdata.Read;
import io.sheaf.testdata.ReadKind;
import io.sheaf.testdata.ReadPlan;
import io.sheaf.testdata.Row;
import io.sheaf.testdata.RowKey;
import io.sheaf.testdata.StandardWorkload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;

/** Recalls and edits one row in twenty, at random, and reads some of what is there then. */
final class UpdatePhase implements Phase {
  private static final int ONE_IN = 20;
  private static final int CHECKED_ROWS = 2_000;

  private final List<Long> checkedRows = new ArrayList<>();
  private final Histogram batchNanos = LatencySummary.histogram();
  private long changedBytes;
  private long liveBytes;

  @Override
  public void run(RaceStore store, PhaseReport report)
      throws CommandFailure, IOException, InterruptedException {
    StandardWorkload workload = store.workload();
    long count = Math.max(1, workload.rows() / ONE_IN);
    double diskPerUserByteBefore = (double) store.occupiedBytesClosed() / store.userBytes();
    RaceEngine engine = store.engine();
    liveBytes = store.userBytes();
    UpdatedRows updated = new UpdatedRows(workload);
    Usage before = Usage.now();
    change(store, updated, count, report);
    engine.flush();
    long nanos = engine.awaitIdle() - before.nanos();
    Usage used = Usage.since(before);
    store.changed(updated, liveBytes);
    report.higherIsBetter("rows a second, background finished", "rows/s", count / (nanos / 1e9));
    report.latency("batch write", batchNanos);
    report.lowerIsBetter("CPU time a row", "µs", used.cpuNanos() / 1e3 / count);
    WrittenBytes.report(report, "changed byte", used, changedBytes);
    double diskPerLiveByte = (double) store.occupiedBytesClosed() / liveBytes;
    report.lowerIsBetter("bytes on disk a live user byte", "bytes", diskPerLiveByte);
    report.lowerIsBetter(
        "bytes on disk a live user byte, of those before",
        "×",
        diskPerLiveByte / diskPerUserByteBefore);
    check(store);
  }

  private void change(RaceStore store, UpdatedRows updated, long count, PhaseReport report)
      throws IOException {
    StandardWorkload workload = store.workload();
    SplittableRandom random = new SplittableRandom(workload.seed());
    Row row = new Row();
    try (RowBatch batch = store.engine().newBatch()) {
      int rowsInBatch = 0;
      long changed = 0;
      while (changed < count) {
        long number = random.nextLong(workload.rows());
        if (!updated.change(number)) {
          continue;
        }
        workload.generator(number, number + 1).next(row);
        put(batch, updated, row);
        changed++;
        rowsInBatch++;
        if (rowsInBatch == store.batchRows() || changed == count) {
          long begin = System.nanoTime();
          batch.write();
          batchNanos.recordValue(System.nanoTime() - begin);
          rowsInBatch = 0;
          report.progress(changed, count, "rows");
        }
      }
    }
  }

  private void put(RowBatch batch, UpdatedRows updated, Row row) throws IOException {
    int keyBytes = RowKey.BYTES;
    if (updated.isDeleted(row.number())) {
      batch.delete(row.key());
      changedBytes += keyBytes;
      liveBytes -= keyBytes + row.valueLength();
    } else {
      byte[] value = updated.valueOfChanged(row.number());
      batch.put(row.key(), value, value.length);
      changedBytes += keyBytes + value.length;
      liveBytes += value.length - row.valueLength();
    }
    if (checkedRows.size() < CHECKED_ROWS) {
      checkedRows.add(row.number());
    }
  }

  /** Reads in each way, and some of the changed rows by their keys. */
  private void check(RaceStore store) throws CommandFailure, IOException {
    StandardWorkload workload = store.workload();
    ReadPlan plan = new ReadPlan(workload, workload.seed() + 1);
    List<Read> reads = new ArrayList<>();
    for (ReadKind kind : ReadKind.values()) {
      int most = kind == ReadKind.FULL ? 20 : 500;
      for (int number = 0; number < most; number++) {
        reads.add(plan.read(kind, number));
      }
    }
    for (long row : checkedRows) {
      long user = workload.userOfRank(workload.rankOfRow(row));
      reads.add(new Read(ReadKind.GET, user, workload.idOfRow(row), 1));
    }
    try (RowReader reader = store.engine().newReader()) {
      FullCheck check = new FullCheck(store.newCheck(), new AtomicLongArray(reads.size()));
      ReadLoop loop = new ReadLoop(reader, reads, check, ReadLoop.LARGE_PAGE_BYTES);
      for (int index = 0; index < reads.size(); index++) {
        loop.read(index);
      }
      loop.check();
    }
  }
}
