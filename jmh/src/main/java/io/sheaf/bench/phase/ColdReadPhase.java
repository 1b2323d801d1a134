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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Reads while nothing is in memory: the store is opened anew, the page cache dropped before. Other
 * reads of the kind are done before that, again and again from a store that is cold too, for a
 * while and until the JIT compiler rests: cold are the rows, not the program.
 */
final class ColdReadPhase implements Phase {
  /** The compiler is waited for, but no longer than so many times the usual warm-up. */
  private static final int PATIENCE = 4;

  /** So much of the usual warm-up each time the compiler still works. */
  private static final int ROUNDS_OF_WARM_UP = 4;

  private final ReadKind kind;

  ColdReadPhase(ReadKind kind) {
    this.kind = kind;
  }

  @Override
  public void run(RaceStore store, PhaseReport report)
      throws CommandFailure, IOException, InterruptedException {
    ReadChoice choice = new ReadChoice(store.workload(), store.userRows(), kind);
    warmUp(store, choice.coldBefore(), report);
    List<Read> reads = choice.cold();
    if (!store.reopenCold()) {
      report.note("page cache not dropped: not permitted here");
    }
    Usage before = Usage.now();
    Tempo tempo = store.tempo();
    List<ReadLoop> loops = read(store, reads, tempo.coldRead(), tempo.leastReads(), report);
    ReadFigures.report(report, loops, Usage.since(before));
  }

  private static void warmUp(RaceStore store, List<Read> reads, PhaseReport report)
      throws CommandFailure, IOException, InterruptedException {
    Duration usual = store.tempo().warmUp();
    Duration round = usual.dividedBy(ROUNDS_OF_WARM_UP);
    JitWatch compiler = new JitWatch();
    long begin = System.nanoTime();
    boolean rested = false;
    while (since(begin) < usual.toNanos()
        || (!rested && since(begin) < usual.toNanos() * PATIENCE)) {
      store.reopenCold();
      read(store, reads, round, 0, report);
      rested = compiler.rested();
    }
  }

  private static long since(long begin) {
    return System.nanoTime() - begin;
  }

  /** Does each read once, or as many as there is time for, but so many at least. */
  private static List<ReadLoop> read(
      RaceStore store, List<Read> reads, Duration time, int least, PhaseReport report)
      throws CommandFailure, IOException, InterruptedException {
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
                ReadLoop.LARGE_PAGE_BYTES));
      }
      readAll(reads.size(), loops, time, least, report);
      return loops;
    } finally {
      readers.forEach(RowReader::close);
    }
  }

  private static void readAll(
      int count, List<ReadLoop> loops, Duration time, int least, PhaseReport report)
      throws CommandFailure, IOException, InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    AtomicInteger next = new AtomicInteger();
    ReaderThreads.run(
        loops.size(),
        thread -> {
          ReadLoop loop = loops.get(thread);
          int index = next.getAndIncrement();
          while (index < count && (index < least || System.nanoTime() - end < 0)) {
            loop.read(index);
            report.progress(index, count, "reads");
            index = next.getAndIncrement();
          }
          loop.check();
        });
  }
}
