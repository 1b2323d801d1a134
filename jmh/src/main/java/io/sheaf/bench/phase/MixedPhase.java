package io.sheaf.bench.phase;

import io.sheaf.bench.engine.RaceEngine;
import io.sheaf.bench.engine.RowReader;
import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.measure.LatencySummary;
import io.sheaf.cli.measure.ReadCheck;
import io.sheaf.cli.measure.RowPage;
import io.sheaf.testdata.Read;
import io.sheaf.testdata.ReadKind;
import io.sheaf.testdata.ReadPlan;
import io.sheaf.testdata.StandardWorkload;
import io.sheaf.testdata.UserRows;
import java.io.IOException;
import org.HdrHistogram.Histogram;

/**
 * One thread writes new rows at a steady rate while another reads the newest rows of users, as fast
 * as it can or at a steady rate too, and both are measured. Where it reads as fast as it can, the
 * engine that reads faster leaves its writer less of the machine. A read must show all rows that
 * were acknowledged when it began.
 */
final class MixedPhase implements Phase {
  private static final int PAGE_ROWS = 1 << 10;
  private static final int PAGE_BYTES = 4 << 20;

  /** A writer that falls behind is stopped after so many times the time that it should take. */
  private static final int PATIENCE = 2;

  private final boolean paced;

  /**
   * The phase.
   *
   * @param paced whether rows are read at a steady rate, that of {@link Tempo#readsPerSecond}
   */
  MixedPhase(boolean paced) {
    this.paced = paced;
  }

  @Override
  public void run(RaceStore store, PhaseReport report)
      throws CommandFailure, IOException, InterruptedException {
    StandardWorkload before = store.workload();
    Tempo tempo = store.tempo();
    StandardWorkload all = before.withRows(before.rows() + tempo.mixedRows());
    UserRows userRows = new UserRows(all);
    RaceEngine engine = store.engine();
    Stage stage = new Stage();
    try (BatchWriter writer =
            new BatchWriter(engine, all.generator(before.rows(), all.rows()), store.batchRows());
        RowReader reader = engine.newReader()) {
      Histogram readNanos = LatencySummary.histogram();
      ReadCheck check = new ReadCheck(all, userRows, store.changes());
      ReaderThreads.run(
          2,
          thread -> {
            if (thread == 0) {
              try {
                write(writer, store, stage, report);
              } finally {
                stage.ended = true;
              }
            } else {
              read(
                  writer,
                  before,
                  reader,
                  check,
                  readNanos,
                  stage,
                  paced ? tempo.readsPerSecond() : Double.POSITIVE_INFINITY,
                  () -> report.progress(writer.rows(), tempo.mixedRows(), "rows"));
            }
          });
      double seconds = (System.nanoTime() - stage.beginNanos) / 1e9;
      report.higherIsBetter("rows a second", "rows/s", stage.rows / seconds);
      report.higherIsBetter("reads a second beside", "op/s", readNanos.getTotalCount() / seconds);
      report.latency("batch write", writer.nanos());
      report.latency("newest 50 rows", readNanos);
      store.holds(
          before.withRows(before.rows() + writer.rows()), store.userBytes() + writer.userBytes());
    }
    engine.flush();
    engine.awaitIdle();
  }

  /** How far the phase is; the writer moves it on. */
  private static final class Stage {
    volatile boolean warm;
    volatile boolean ended;
    long beginNanos; // of what is counted, written before it is warm
    long rows; // that were counted, written before it has ended
  }

  private static void write(BatchWriter writer, RaceStore store, Stage stage, PhaseReport report)
      throws IOException {
    Tempo tempo = store.tempo();
    double batchesPerSecond = (double) tempo.rowsPerSecond() / store.batchRows();
    PacedWriter.write(writer, batchesPerSecond, tempo.warmUp());
    writer.nanos().reset();
    long rows = writer.rows();
    stage.beginNanos = System.nanoTime();
    stage.warm = true;
    if (!PacedWriter.write(writer, batchesPerSecond, tempo.mixed().multipliedBy(PATIENCE))) {
      report.note(
          "the writer was stopped after "
              + writer.rows()
              + " rows: it does not reach "
              + tempo.rowsPerSecond()
              + " rows a second");
    }
    stage.rows = writer.rows() - rows;
  }

  private static void read(
      BatchWriter writer,
      StandardWorkload before,
      RowReader reader,
      ReadCheck check,
      Histogram nanos,
      Stage stage,
      double readsPerSecond,
      Runnable afterEach)
      throws CommandFailure, IOException {
    ReadPlan plan = new ReadPlan(before, before.seed());
    RowPage page = new RowPage(PAGE_ROWS, PAGE_BYTES);
    Pace pace = new Pace(readsPerSecond);
    boolean paced = Double.isFinite(readsPerSecond);
    for (long number = 0; !stage.ended; number++) {
      Read read = plan.read(ReadKind.LATEST, number);
      long due = pace.awaitNext(); // at once where there is no rate
      check.begin(read, before.rows() + writer.rows());
      boolean counts = stage.warm;
      long begin = paced ? due : System.nanoTime();
      reader.begin(read);
      boolean whole = reader.fill(page);
      if (counts) {
        nanos.recordValue(System.nanoTime() - begin);
      }
      check.check(page);
      if (!whole) {
        throw new IllegalStateException(read + " does not fit in a page");
      }
      check.end();
      page.clear();
      afterEach.run();
    }
  }
}
