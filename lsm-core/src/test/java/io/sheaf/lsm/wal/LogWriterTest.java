package io.sheaf.lsm.wal;

import static io.sheaf.lsm.wal.LogFixture.DIRECTORY;
import static io.sheaf.lsm.wal.LogFixture.append;
import static io.sheaf.lsm.wal.LogFixture.readLog;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FaultFileSystem.InjectedException;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.NoSpaceException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.sheaf.lsm.wal.LogFixture#options")
final class LogWriterTest {
  @Parameter LogOptions options = LogOptions.PLAIN;

  private final CrashFileSystem disk = new CrashFileSystem();
  private final FaultFileSystem files = new FaultFileSystem(disk);

  @BeforeEach
  void createDirectory() throws IOException {
    files.createDirectories(DIRECTORY);
  }

  @Test
  void appendIsOneWrite() throws IOException {
    try (LogWriter log = create(1)) {
      long before = files.calls(Operation.WRITE);
      append(log, 5);
      assertEquals(before + 1, files.calls(Operation.WRITE));
      assertEquals(0, files.calls(Operation.SYNC));
      assertEquals(log.endOffset(), files.size(log.path()));
    }
  }

  @Test
  void aFullDeviceTakesNothingOfAGroupAndTheNextGoesOn() throws IOException {
    List<Long> expected = new ArrayList<>();
    try (LogWriter log = create(1)) {
      long sequence = appendSome(log, 1, expected);
      long end = log.endOffset();
      files.limitSpace(20);
      for (int i = 0; i < 2; i++) {
        long refused = sequence;
        assertThrows(NoSpaceException.class, () -> append(log, refused));
        assertEquals(end, log.endOffset());
        assertEquals(end, files.size(log.path()));
      }
      files.heal();
      sequence = appendSome(log, sequence, expected);
      files.limitSpace(20);
      assertThrows(NoSpaceException.class, () -> log.successor(2, OptionalLong.empty()));
      assertFalse(files.exists(DIRECTORY.resolve("000002.log")));
      files.heal();
      appendSome(log, sequence, expected);
      log.sync();
    }
    assertEquals(expected, readLog(files, 1, "after a full device"));
  }

  private static long appendSome(LogWriter log, long first, List<Long> appended)
      throws IOException {
    long sequence = first;
    for (int i = 0; i < 5; i++) {
      appended.add(sequence);
      sequence = append(log, sequence);
    }
    return sequence;
  }

  @Test
  void aFullDeviceKeepsALogFromBeingClosedOnlyOfItsMark() throws IOException {
    LogWriter log = create(1);
    List<Long> expected = new ArrayList<>();
    appendSome(log, 1, expected);
    files.limitSpace(10);
    log.close();
    assertEquals(expected, readLog(disk.crashClone(new Random(1)), 1, "closed on a full device"));
  }

  @Test
  void syncCoversWhatWasAppended() throws IOException {
    try (LogWriter log = create(1)) {
      assertEquals(0, log.syncedOffset());
      long sequence = append(log, 1);
      long covered = log.endOffset();
      assertEquals(covered, log.sync());
      append(log, sequence);
      assertEquals(covered, log.syncedOffset());
      for (int seed = 0; seed < 20; seed++) {
        List<Long> left = readLog(disk.crashClone(new Random(seed)), 1, "seed " + seed);
        assertTrue(left.size() >= 1, "seed " + seed);
      }
      assertEquals(log.endOffset(), log.sync());
      long syncs = files.calls(Operation.SYNC);
      assertEquals(log.endOffset(), log.sync());
      assertEquals(syncs, files.calls(Operation.SYNC));
    }
  }

  @Test
  void aFailedAppendIsFinalAndASuccessorGoesOn() throws IOException {
    files.tearFailingWrites(new Random(3));
    LogWriter log = create(1);
    long sequence = append(log, 1);
    files.failOnce(Operation.WRITE, 1);
    long failed = sequence;
    assertThrows(InjectedException.class, () -> append(log, failed));
    IOException refused = assertThrows(IOException.class, () -> append(log, failed));
    assertTrue(String.valueOf(refused.getMessage()).contains("000001.log"), refused::toString);
    try (LogWriter next = log.successor(2, OptionalLong.empty())) {
      append(next, failed); // the numbers of the failed group are free again
      next.sync();
      log.close();
    }
    assertEquals(List.of(1L, failed), readAll());
  }

  /** The record of the failed append may be whole on the disk; it still does not count. */
  @Test
  void whatTheSuccessorLeavesOutDoesNotCount() throws IOException {
    LogWriter log = create(1);
    long sequence = append(log, 1);
    byte[] longer;
    try (LogWriter next = log.successor(2, OptionalLong.empty())) {
      append(next, sequence);
      next.sync();
    }
    log.close();
    byte[] bytes = LogFixture.read(files, 1);
    files.delete(LogFixture.path(1));
    try (LogWriter same = create(1)) {
      append(same, 1);
      append(same, sequence);
      longer = LogFixture.read(files, 1);
    }
    assertTrue(longer.length > bytes.length - LogFormat.RECORD_HEADER_BYTES);
    LogFixture.replace(files, 1, longer);
    assertEquals(List.of(1L, sequence), readAll());
  }

  @Test
  void aFailedSyncIsFinalForTheSuccessorsToo() throws IOException {
    LogWriter log = create(1);
    LogWriter next = log.successor(2, OptionalLong.empty());
    long sequence = append(next, 1);
    files.losePagesOnFailingSync(disk);
    files.failOnce(Operation.SYNC, 1);
    assertThrows(InjectedException.class, log::sync);
    assertEquals(0, log.syncedOffset());
    IOException refused = assertThrows(IOException.class, log::sync);
    assertTrue(String.valueOf(refused.getMessage()).contains("000001.log"), refused::toString);
    assertThrows(IOException.class, next::sync);
    assertEquals(0, next.syncedOffset());
    assertThrows(IOException.class, () -> append(next, sequence));
    assertThrows(IOException.class, log::close, "it is not durable");
    assertThrows(IOException.class, next::close);
    next.close();
    assertThrows(ClosedException.class, next::sync);
  }

  @Test
  void syncingTheSuccessorSyncsTheLogsBeforeItAndTheirNames() throws IOException {
    LogWriter first = create(1);
    long sequence = append(first, 1);
    LogWriter second = first.successor(2, OptionalLong.empty());
    sequence = append(second, sequence);
    LogWriter third = second.successor(3, OptionalLong.empty());
    append(third, sequence);
    third.sync();
    assertEquals(first.endOffset(), first.syncedOffset());
    assertEquals(second.endOffset(), second.syncedOffset());
    for (int seed = 0; seed < 20; seed++) {
      CrashFileSystem after = disk.crashClone(new Random(seed));
      assertEquals(List.of(1L, 2L, 3L), LogFixture.numbers(after));
      assertEquals(1, readLog(after, 3, "seed " + seed).size());
    }
    second.close();
    first.close();
    third.close();
  }

  @Test
  void whatIsWrongIsRefusedAtTheDoor() throws IOException {
    LogWriter log = create(5);
    assertThrows(FileAlreadyExistsException.class, () -> create(5).close());
    append(log, 10);
    assertThrows(IllegalArgumentException.class, () -> append(log, 10));
    try (GrowableBuffer empty = new GrowableBuffer(1)) {
      assertThrows(IllegalArgumentException.class, () -> log.append(empty, 100, 0, 0));
    }
    assertThrows(IllegalArgumentException.class, () -> log.successor(5, OptionalLong.empty()));
    LogWriter next = log.successor(6, OptionalLong.empty());
    assertThrows(IllegalStateException.class, () -> append(log, 100));
    assertThrows(IllegalStateException.class, () -> log.successor(7, OptionalLong.empty()));
    assertThrows(IllegalArgumentException.class, () -> append(next, 10));
    next.close();
    log.close();
    log.close();
    assertThrows(ClosedException.class, log::sync);
  }

  /** Whichever call fails, nothing is acknowledged that is not there afterwards. */
  @Test
  void everyCallFailingOnce() throws IOException {
    for (Operation operation :
        List.of(
            Operation.CREATE,
            Operation.WRITE,
            Operation.SYNC,
            Operation.RENAME,
            Operation.OVERWRITE,
            Operation.SYNC_DIRECTORY)) {
      for (int nth = 1; ; nth++) {
        CrashFileSystem below = new CrashFileSystem();
        FaultFileSystem failing = new FaultFileSystem(below);
        failing.createDirectories(DIRECTORY);
        failing.losePagesOnFailingSync(below);
        failing.tearFailingWrites(new Random(nth));
        failing.failOnce(operation, nth);
        String context = operation + " " + nth;
        List<Long> appended = new ArrayList<>();
        int acknowledged = workload(failing, appended);
        for (int seed = 0; seed < 5; seed++) {
          List<Long> left = readAll(below.crashClone(new Random(seed)), 2);
          LogFixture.assertPrefix(appended, left, context);
          assertTrue(left.size() >= acknowledged, context + ": " + acknowledged + ", " + left);
        }
        if (failing.injectedFaults() == 0) {
          assertTrue(nth > 1, context);
          break;
        }
      }
    }
  }

  /** Writes logs 2, 3 and 4 until something fails; returns how many records were acknowledged. */
  private int workload(FaultFileSystem failing, List<Long> appended) throws IOException {
    int acknowledged = 0;
    List<LogWriter> logs = new ArrayList<>();
    try {
      LogWriter log =
          LogWriter.create(failing, DIRECTORY, LogFixture.STORE, 1, options, PreviousLog.NONE);
      logs.add(log);
      LogWriter next = log.successor(2, OptionalLong.empty());
      logs.add(next);
      log.close();
      long sequence = 1;
      for (long number = 3; number <= 5; number++) {
        for (int i = 0; i < 4; i++) {
          appended.add(sequence);
          sequence = append(next, sequence);
        }
        next.sync();
        acknowledged = appended.size();
        appended.add(sequence);
        sequence = append(next, sequence);
        LogWriter before = next;
        next = before.successor(number, number == 3 ? OptionalLong.of(1) : OptionalLong.empty());
        logs.add(next);
        before.close();
      }
    } catch (IOException e) {
      assertTrue(String.valueOf(e).contains("injected"), e::toString);
    }
    for (LogWriter log : logs.reversed()) {
      try {
        log.close();
      } catch (IOException e) {
        assertTrue(String.valueOf(e).contains("injected"), e::toString);
      }
    }
    return acknowledged;
  }

  private List<Long> readAll() throws IOException {
    return readAll(files, 1);
  }

  private static List<Long> readAll(FileSystem from, long oldest) throws IOException {
    List<Long> sequences = new ArrayList<>();
    try (LogSequence logs =
        new LogSequence(from, DIRECTORY, LogFixture.STORE, LogFixture.numbers(from), oldest)) {
      while (logs.next()) {
        sequences.add(LogFixture.check(logs.record(), "log"));
      }
    }
    return sequences;
  }

  private LogWriter create(long number) throws IOException {
    return LogWriter.create(files, DIRECTORY, LogFixture.STORE, number, options, PreviousLog.NONE);
  }
}
