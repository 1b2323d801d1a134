package io.sheaf.lsm.wal;

import static io.sheaf.lsm.wal.LogFixture.DIRECTORY;
import static io.sheaf.lsm.wal.LogFixture.assertPrefix;
import static io.sheaf.lsm.wal.LogFixture.numbers;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FileSystem;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Logs written, synced, followed by others and recycled at random; the power is cut or the process
 * killed before any call to the disk; what is read afterwards must be a beginning of what was
 * written, no shorter than what was acknowledged; and again, on what that left.
 */
final class LogCrashTest {
  private static final long FIRST_SPARE = 1_000_000;
  private static final int RUNS = Integer.getInteger("sheaf.test.crashes", 150);

  @Test
  void whatIsReadAfterACrashIsABeginningWithAllThatWasSynced() throws IOException {
    long seed = TestSeed.next();
    System.out.println("LogCrashTest: -Dsheaf.test.seed=" + seed);
    for (int run = 0; run < RUNS; run++) {
      new Run(new Random(seed + run), "seed " + seed + " run " + run).crashes(4);
    }
  }

  /** One disk through several crashes. */
  private static final class Run {
    private final Random random;
    private final String context;
    private CrashFileSystem disk = new CrashFileSystem();
    private List<Long> appended = new ArrayList<>();
    private int acknowledged;
    private long nextNumber = 1;

    /** What a manifest names: the oldest log that is needed. */
    private long oldestNeeded = 1;

    private long nextSpare = FIRST_SPARE;

    // Drawn before one of the calls to the disk: what a crash there leaves, and what must be there.
    private CrashFileSystem after = disk;
    private List<Long> appendedThen = List.of();
    private int acknowledgedThen;
    private long oldestNeededThen = 1;

    Run(Random random, String context) throws IOException {
      this.random = random;
      this.context = context;
      disk.createDirectories(DIRECTORY);
    }

    void crashes(int count) throws IOException {
      for (int i = 0; i < count; i++) {
        PreviousLog end = recover();
        write(end, 1 + random.nextInt(60));
        disk = after;
        appended = new ArrayList<>(appendedThen);
        acknowledged = acknowledgedThen;
        oldestNeeded = oldestNeededThen;
      }
      recover();
    }

    /** Reads what is there, holds it against what must be, and settles it, crashing on the way. */
    private PreviousLog recover() throws IOException {
      if (random.nextInt(3) == 0) { // a sync failed before the process ended, if one was owing
        for (long number : numbers(disk)) {
          disk.forgetUnsynced(LogFixture.path(number));
        }
      }
      List<Long> read = read(disk);
      if (random.nextBoolean()) {
        crashWhileSettling(read);
      }
      try (LogSequence logs = sequence(disk)) {
        while (logs.next()) {
          LogFixture.check(logs.record(), context);
        }
        appended = read;
        acknowledged = read.size(); // whoever read it may count on it from here on
        return logs.settle();
      }
    }

    private void crashWhileSettling(List<Long> read) throws IOException {
      List<CrashFileSystem> crashes = new ArrayList<>();
      CrashFileSystem settled = disk.killClone();
      settled.onOperation(operation -> crashes.add(settled.crashClone(random)));
      try (LogSequence logs = sequence(settled)) {
        while (logs.next()) {
          LogFixture.check(logs.record(), context);
        }
        logs.settle();
      }
      settled.onOperation(operation -> {});
      for (CrashFileSystem crash : crashes) {
        assertPrefix(read, read(crash), context);
      }
      List<Long> left = read(settled.crashClone(random));
      assertTrue(left.equals(read), () -> context + ": settled " + read + ", left " + left);
    }

    private LogSequence sequence(FileSystem from) throws IOException {
      List<Long> needed = numbers(from).stream().filter(number -> number < FIRST_SPARE).toList();
      return new LogSequence(from, DIRECTORY, LogFixture.STORE, needed, oldestNeeded);
    }

    private List<Long> read(FileSystem from) throws IOException {
      List<Long> read = new ArrayList<>();
      try (LogSequence logs = sequence(from)) {
        while (logs.next()) {
          read.add(LogFixture.check(logs.record(), context));
        }
      } catch (IOException e) {
        throw new AssertionError(context + ": acknowledged " + acknowledged, e);
      }
      assertPrefix(appended, read, context);
      int there = read.size();
      assertTrue(
          there >= acknowledged,
          () -> context + ": acknowledged " + acknowledged + " of " + appended + ", read " + read);
      return read;
    }

    private void write(PreviousLog end, int steps) throws IOException {
      int crashAt = random.nextInt(2 * steps);
      int[] calls = {0};
      CrashFileSystem running = disk;
      running.onOperation(operation -> {
        if (calls[0]++ == crashAt) {
          crash(running);
        }
      });
      LogOptions options = anyOptions();
      nextNumber = Math.max(nextNumber, end.number() + 1 + random.nextInt(3));
      Deque<LogWriter> open = new ArrayDeque<>();
      Deque<Long> recyclable = spareLogs(running);
      LogWriter first =
          LogWriter.create(running, DIRECTORY, LogFixture.STORE, nextNumber++, options, end);
      open.add(first);
      if (end.number()
          == 0) { // logs of which nothing was accepted are there until others are needed
        running.syncDirectory(DIRECTORY);
        oldestNeeded = first.number();
      }
      long sequence = appended.isEmpty() ? 1 : appended.getLast();
      sequence += LogFixture.entries(sequence);
      for (int step = 0; step < steps; step++) {
        switch (random.nextInt(10)) {
          case 0, 1 -> {
            int covered = appended.size();
            open.getLast().sync();
            acknowledged = covered;
          }
          case 2 -> {
            Long spare = recyclable.poll();
            open.add(
                open.getLast()
                    .successor(
                        nextNumber++,
                        spare == null ? OptionalLong.empty() : OptionalLong.of(spare)));
          }
          case 3 -> {
            if (open.size() > 1) {
              open.removeFirst().close();
            }
          }
          default -> {
            appended.add(sequence);
            sequence = LogFixture.append(open.getLast(), sequence);
          }
        }
      }
      if (calls[0] <= crashAt) {
        crash(running); // it did not come that far: after the last call
      }
      running.onOperation(operation -> {});
      for (LogWriter log : open.reversed()) {
        log.close();
      }
    }

    private void crash(CrashFileSystem running) {
      after = random.nextInt(3) == 0 ? running.killClone() : running.crashClone(random);
      appendedThen = List.copyOf(appended);
      acknowledgedThen = acknowledged;
      oldestNeededThen = oldestNeeded;
    }

    private LogOptions anyOptions() {
      return LogFixture.options().get(random.nextInt(LogFixture.options().size()));
    }

    /** Logs full of older content under numbers that are not needed, to be recycled. */
    private Deque<Long> spareLogs(CrashFileSystem running) throws IOException {
      Deque<Long> spare = new ArrayDeque<>();
      for (int i = random.nextInt(3); i > 0; i--) {
        long number = nextSpare++;
        try (LogWriter log =
            LogWriter.create(
                running, DIRECTORY, LogFixture.STORE, number, anyOptions(), PreviousLog.NONE)) {
          for (long sequence = 1; sequence < 60; ) {
            sequence = LogFixture.append(log, sequence);
          }
        }
        spare.add(number);
      }
      return spare;
    }
  }
}
