package io.sheaf.bench.phase;

import io.sheaf.bench.engine.RaceEngine;
import io.sheaf.bench.engine.RowBatch;
import io.sheaf.cli.measure.LatencySummary;
import io.sheaf.testdata.Row;
import io.sheaf.testdata.RowGenerator;
import java.io.IOException;
import org.HdrHistogram.Histogram;

/**
 * Makes rows and writes them in batches. The time of a batch is that of its write; to make its rows
 * and to put them into it is part of the load, not of the batch.
 *
 * <p><em>Thread safety:</em> one thread writes; any may ask {@link #rows}.
 *
 * <p><em>Ownership:</em> who made it closes it.
 */
final class BatchWriter implements AutoCloseable {
  private final RowBatch batch;
  private final RowGenerator generator;
  private final int batchRows;
  private final Row row = new Row();
  private final Histogram nanos = LatencySummary.histogram();

  /** {@link #userBytes} once the batch that was made is written. */
  private long bytesThen;

  /** Rows of the batch that was made. */
  private int count;

  private volatile long rows;
  private volatile long userBytes;

  BatchWriter(RaceEngine engine, RowGenerator generator, int batchRows) {
    this.batch = engine.newBatch();
    this.generator = generator;
    this.batchRows = batchRows;
  }

  /** Makes the next batch and writes it; false where there are no more rows. */
  boolean writeNext() throws IOException {
    if (!prepare()) {
      return false;
    }
    write(System.nanoTime());
    return true;
  }

  /** Makes the next batch, to be written then; false where there are no more rows. */
  boolean prepare() throws IOException {
    count = 0;
    bytesThen = userBytes;
    while (count < batchRows && generator.next(row)) {
      batch.put(row);
      bytesThen += row.keyLength() + row.valueLength();
      count++;
    }
    return count > 0;
  }

  /** Writes the batch; its time counts from {@code sinceNanos}. */
  void write(long sinceNanos) throws IOException {
    batch.write();
    nanos.recordValue(Math.max(0, System.nanoTime() - sinceNanos));
    userBytes = bytesThen;
    rows = rows() + count;
  }

  /** Rows that were acknowledged. */
  long rows() {
    return rows;
  }

  /** Bytes of their keys and values. */
  long userBytes() {
    return userBytes;
  }

  /** Times of the batches, in nanoseconds. */
  Histogram nanos() {
    return nanos;
  }

  @Override
  public void close() {
    batch.close();
  }
}
