package io.sheaf.cli.demo;

import io.sheaf.cli.console.Progress;
import io.sheaf.cli.measure.DiskBytes;
import io.sheaf.cli.measure.LatencySummary;
import io.sheaf.cli.measure.LoadResult;
import io.sheaf.cli.measure.LoadSample;
import io.sheaf.cli.measure.ProcessFiles;
import io.sheaf.cli.measure.Separation;
import io.sheaf.cli.measure.WriteAmplification;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.testdata.Row;
import io.sheaf.testdata.RowGenerator;
import io.sheaf.testdata.StandardWorkload;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;

/**
 * Writes the rows of a workload in batches, and measures it. One thread makes the rows and writes
 * them; the time it takes to make them is part of the load.
 *
 * <p><em>Thread safety:</em> none; a loader loads once.
 */
final class Loader {
  private static final int SAMPLES = 100;

  private final Db db;
  private final Table table;
  private final StandardWorkload workload;
  private final int batchRows;
  private final ProcessFiles process = ProcessFiles.ofThisProcess();
  private final Histogram batchNanos = LatencySummary.histogram();
  private final List<LoadSample> samples = new ArrayList<>();
  private long startNanos;
  private long rows;
  private long userBytes;

  Loader(Db db, Table table, StandardWorkload workload, int batchRows) {
    this.db = db;
    this.table = table;
    this.workload = workload;
    this.batchRows = batchRows;
  }

  LoadResult load(Progress progress) throws IOException, InterruptedException {
    OptionalLong deviceBytesBefore = process.deviceWriteBytes();
    startNanos = System.nanoTime();
    sample();
    writeAll(progress);
    long writeNanos = System.nanoTime() - startNanos;
    db.flush();
    db.awaitIdle();
    long finishedNanos = System.nanoTime() - startNanos;
    return new LoadResult(
        rows,
        userBytes,
        writeNanos,
        finishedNanos,
        LatencySummary.of(batchNanos),
        Separation.atMinorCompactions(db.statistics()),
        WriteAmplification.of(db.statistics()),
        difference(deviceBytesBefore, process.deviceWriteBytes()),
        DiskBytes.of(db.directory()),
        samples,
        process.peakResidentBytes());
  }

  private void writeAll(Progress progress) throws IOException {
    RowGenerator generator = workload.generator();
    Row row = new Row();
    Slice key = Slice.of(row.key(), 0, row.keyLength());
    MemorySegment values = MemorySegment.ofArray(row.value());
    Slice value = new Slice();
    WriteBatch batch = new WriteBatch();
    long step = Math.max(1, workload.rows() / SAMPLES);
    long nextSample = step;
    boolean more = generator.next(row);
    while (more) {
      value.set(values, 0, row.valueLength());
      batch.put(table, key, value);
      more = generator.next(row);
      if (batch.count() == batchRows || !more) {
        write(batch);
        if (rows >= nextSample || !more) {
          sample();
          progress.stepTo(rows);
          nextSample += step;
        }
      }
    }
  }

  private void write(WriteBatch batch) throws IOException {
    long begin = System.nanoTime();
    db.write(batch);
    batchNanos.recordValue(System.nanoTime() - begin);
    rows += batch.count();
    userBytes += batch.userBytes();
    batch.clear();
  }

  private void sample() {
    long nanos = System.nanoTime() - startNanos;
    samples.add(new LoadSample(rows, nanos, process.residentBytes().orElse(0)));
  }

  private static OptionalLong difference(OptionalLong before, OptionalLong after) {
    return before.isEmpty() || after.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(after.getAsLong() - before.getAsLong());
  }
}
