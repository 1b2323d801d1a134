package io.sheaf.cli.demo;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.Progress;
import io.sheaf.cli.measure.LatencySummary;
import io.sheaf.cli.measure.ProcessFiles;
import io.sheaf.cli.measure.ReadCheck;
import io.sheaf.cli.measure.ReadResult;
import io.sheaf.cli.measure.RowPage;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.testdata.Read;
import io.sheaf.testdata.ReadPlan;
import io.sheaf.testdata.RowKey;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;

/**
 * Reads rows in one way again and again, measures it, and has each row compared with what was
 * written. The clock runs while rows are found and copied, and stands still while they are
 * compared.
 *
 * <p><em>Thread safety:</em> none; a reader reads one phase once.
 */
final class Reader {
  private static final int DIGITS = 3;
  private static final long ENOUGH_ROWS = 2_000_000;

  /** Nor is each row read more often than this, on average. */
  private static final int ENOUGH_TIMES = 10;

  private final Db db;
  private final Table table;
  private final ReadPhase phase;
  private final ReadCheck check;
  private final RowPage page = new RowPage();
  private final ProcessFiles process = ProcessFiles.ofThisProcess();
  private final Histogram nanosOfRead = LatencySummary.histogram();
  private final Histogram valueReads = new Histogram(DIGITS);
  private final Histogram keyBlockReads = new Histogram(DIGITS);
  private final Histogram fileReads = new Histogram(DIGITS);
  private final Histogram deviceBytes = new Histogram(DIGITS);
  private long rows;
  private long bytes;
  private long nanos;

  Reader(Db db, Table table, ReadPhase phase, ReadCheck check) {
    this.db = db;
    this.table = table;
    this.phase = phase;
    this.check = check;
  }

  /** Reads as often as the phase says, or until so many rows were read that it is enough. */
  ReadResult read(ReadPlan plan, long rowsStored, Progress progress)
      throws CommandFailure, IOException {
    long enoughRows = Math.min(ENOUGH_ROWS, ENOUGH_TIMES * rowsStored);
    boolean deviceTells = process.deviceReadBytes().isPresent();
    for (int i = 0; i < phase.operations() && rows < enoughRows; i++) {
      long valueReadsBefore = db.statistics().get(Counter.VALUE_READS);
      long keyReadsBefore = db.statistics().get(Counter.KEY_BLOCK_READS);
      long deviceBefore = process.deviceReadBytes().orElse(0);
      readOnce(plan.read(phase.kind(), i));
      long values = db.statistics().get(Counter.VALUE_READS) - valueReadsBefore;
      long keys = db.statistics().get(Counter.KEY_BLOCK_READS) - keyReadsBefore;
      valueReads.recordValue(values);
      keyBlockReads.recordValue(keys);
      fileReads.recordValue(values + keys);
      deviceBytes.recordValue(process.deviceReadBytes().orElse(0) - deviceBefore);
      progress.stepTo(i + 1L);
    }
    return new ReadResult(
        phase.key(),
        phase.title(),
        rows,
        bytes,
        nanos,
        LatencySummary.of(nanosOfRead),
        median(valueReads),
        median(keyBlockReads),
        median(fileReads),
        deviceTells ? OptionalLong.of(median(deviceBytes)) : OptionalLong.empty());
  }

  private void readOnce(Read read) throws CommandFailure, IOException {
    check.begin(read);
    CursorOptions options = options(read);
    long elapsed = 0;
    long begin = System.nanoTime();
    try (Cursor cursor = db.cursor(table, options)) {
      while (cursor.next()) {
        Slice key = cursor.key();
        Slice value = cursor.value();
        if (!page.hasRoom(key, value)) {
          elapsed += System.nanoTime() - begin;
          checkPage();
          begin = System.nanoTime();
        }
        page.add(key, value);
      }
    }
    elapsed += System.nanoTime() - begin;
    checkPage();
    check.end();
    nanosOfRead.recordValue(elapsed);
    nanos += elapsed;
  }

  private void checkPage() throws CommandFailure {
    check.check(page);
    rows += page.size();
    bytes += page.usedBytes();
    page.clear();
  }

  private static CursorOptions options(Read read) {
    byte[] first = new byte[RowKey.BYTES];
    RowKey.write(read.user(), read.id(), first, 0);
    CursorOptions all = CursorOptions.prefix(Arrays.copyOf(first, RowKey.PREFIX_BYTES));
    return switch (read.kind()) {
      case LATEST, HOT_LATEST -> all.reversed().limit(read.limit());
      case CURSOR, FULL, GET, MISS -> {
        Slice end = all.upper();
        yield all.between(first, end == null ? null : end.toByteArray()).limit(read.limit());
      }
    };
  }

  private static long median(Histogram histogram) {
    return histogram.getValueAtPercentile(50);
  }
}
