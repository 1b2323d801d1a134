package io.sheaf.bench.phase;

import io.sheaf.bench.engine.RowReader;
import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.measure.LatencySummary;
import io.sheaf.cli.measure.RowPage;
import io.sheaf.testdata.Read;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Reads again and again and measures it: one thread's part of a phase. The clock runs while rows
 * are found and copied to a page, and stands still while they are checked; several short reads
 * share a page, so that the check comes seldom. Its CPU time is counted apart.
 *
 * <p><em>Thread safety:</em> none.
 */
final class ReadLoop {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int PAGE_ROWS = 16 << 10;

  /** For reads of whole users: a busy user's rows fit, so that no check interrupts the read. */
  static final int LARGE_PAGE_BYTES = 4 << 20;

  /** For reads from memory: stays in a core's cache, as the buffer of an answer would. */
  static final int SMALL_PAGE_BYTES = 256 << 10;

  /** A page is checked when it has so many rows, or so many reads. */
  private static final int ENOUGH_ROWS = 512;

  private static final int ENOUGH_READS = 64;

  private final RowReader reader;
  private final List<Read> reads;
  private final RowPage page;
  private final int[] indexOfRead = new int[ENOUGH_READS];
  private final int[] endOfRead = new int[ENOUGH_READS];
  private final Histogram nanosOfRead = LatencySummary.histogram();
  private RowSink sink;
  private int readsInPage;

  /** Whether the sink has been told of the read whose rows come first in the page. */
  private boolean begun;

  private long nanos;
  private long rows;
  private long checkCpuNanos;

  ReadLoop(RowReader reader, List<Read> reads, RowSink sink, int pageBytes) {
    this.page = new RowPage(PAGE_ROWS, pageBytes);
    this.reader = reader;
    this.reads = reads;
    this.sink = sink;
  }

  /** From now on this is told what reads returned, and all is counted from the beginning. */
  void restart(RowSink newSink) {
    sink = newSink;
    nanosOfRead.reset();
    nanos = 0;
    rows = 0;
    checkCpuNanos = 0;
  }

  /** Does one of the reads. */
  void read(int index) throws CommandFailure, IOException {
    Read read = reads.get(index);
    long elapsed = 0;
    long begin = System.nanoTime();
    reader.begin(read);
    while (!reader.fill(page)) {
      elapsed += System.nanoTime() - begin;
      checkPartly(index, read);
      begin = System.nanoTime();
    }
    elapsed += System.nanoTime() - begin;
    nanosOfRead.recordValue(elapsed);
    nanos += elapsed;
    indexOfRead[readsInPage] = index;
    endOfRead[readsInPage] = page.size();
    readsInPage++;
    if (readsInPage == ENOUGH_READS || page.size() >= ENOUGH_ROWS) {
      check();
    }
  }

  /** Checks what is still in the page. */
  void check() throws CommandFailure {
    long begin = THREADS.getCurrentThreadCpuTime();
    checkReads();
    page.clear();
    checkCpuNanos += THREADS.getCurrentThreadCpuTime() - begin;
  }

  /** Checks what is in the page, the first rows of a read that goes on among them. */
  private void checkPartly(int index, Read read) throws CommandFailure {
    long begin = THREADS.getCurrentThreadCpuTime();
    int from = checkReads();
    if (!begun) {
      sink.begin(index, read);
      begun = true;
    }
    sink.rows(page, from, page.size());
    rows += page.size() - from;
    page.clear();
    checkCpuNanos += THREADS.getCurrentThreadCpuTime() - begin;
  }

  /** Checks the reads that have ended; returns where the rows of the last one end. */
  private int checkReads() throws CommandFailure {
    int from = 0;
    for (int i = 0; i < readsInPage; i++) {
      if (!begun) {
        sink.begin(indexOfRead[i], reads.get(indexOfRead[i]));
      }
      begun = false;
      sink.rows(page, from, endOfRead[i]);
      sink.end();
      rows += endOfRead[i] - from;
      from = endOfRead[i];
    }
    readsInPage = 0;
    return from;
  }

  /** Times of the reads, in nanoseconds. */
  Histogram nanosOfRead() {
    return nanosOfRead;
  }

  /** Time of all the reads. */
  long nanos() {
    return nanos;
  }

  /** Rows that were read and checked. */
  long rows() {
    return rows;
  }

  /** CPU time of the checks, which is no part of the reads. */
  long checkCpuNanos() {
    return checkCpuNanos;
  }
}
