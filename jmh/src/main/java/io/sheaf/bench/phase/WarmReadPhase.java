package io.sheaf.bench.phase;

import io.sheaf.bench.engine.RaceEngine;
import io.sheaf.bench.engine.RowReader;
import io.sheaf.cli.console.CommandFailure;
import io.sheaf.testdata.Read;
import io.sheaf.testdata.ReadKind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Reads what is in memory: all reads are done once and checked, then again and again until caches
 * and JVM are warm, then again and again and measured. Each thread has reads of its own.
 */
final class WarmReadPhase implements Phase {
  private final ReadKind kind;

  WarmReadPhase(ReadKind kind) {
    this.kind = kind;
  }

  @Override
  public void run(RaceStore store, PhaseReport report)
      throws CommandFailure, IOException, InterruptedException {
    double rowBytes = (double) store.userBytes() / store.workload().rows();
    List<Read> reads =
        new ReadChoice(store.workload(), store.userRows(), kind)
            .warm(store.settings().memoryBytes(), rowBytes);
    report.note(reads.size() + " different operations");
    RaceEngine engine = store.engine();
    List<RowReader> readers = new ArrayList<>();
    try {
      List<ReadLoop> loops = new ArrayList<>();
      AtomicLongArray checksums = new AtomicLongArray(reads.size());
      for (int thread = 0; thread < ReaderThreads.COUNT; thread++) {
        RowReader reader = engine.newReader();
        readers.add(reader);
        loops.add(
            new ReadLoop(
                reader,
                reads,
                new FullCheck(store.newCheck(), checksums),
                ReadLoop.SMALL_PAGE_BYTES));
      }
      Tempo tempo = store.tempo();
      repeat(reads.size(), loops, Duration.ZERO, 0, report);
      loops.forEach(loop -> loop.restart(new RepeatedCheck(checksums)));
      repeat(reads.size(), loops, tempo.warmUp(), 0, report);
      loops.forEach(loop -> loop.restart(new RepeatedCheck(checksums)));
      Usage before = Usage.now();
      repeat(reads.size(), loops, tempo.warmRead(), tempo.leastReads(), report);
      ReadFigures.report(report, loops, Usage.since(before));
    } finally {
      readers.forEach(RowReader::close);
    }
  }

  /** Does all reads once at least, and then until both the time and the number are reached. */
  private static void repeat(
      int count, List<ReadLoop> loops, Duration time, long least, PhaseReport report)
      throws CommandFailure, IOException, InterruptedException {
    int step = loops.size();
    long begin = System.nanoTime();
    ReaderThreads.run(
        step,
        thread -> {
          ReadLoop loop = loops.get(thread);
          // a thread that has no read of its own does the first one
          int first = thread < count ? thread : 0;
          int index = first;
          long elapsed = 0;
          long done = 0;
          long each = Math.max(least / step, (count + step - 1 - first) / step);
          while (done < each || elapsed < time.toNanos()) {
            loop.read(index);
            index = index + step < count ? index + step : first;
            done++;
            elapsed = System.nanoTime() - begin;
            report.progress(Math.min(done * step, count), count, "reads");
          }
          loop.check();
        });
  }
}
