package io.sheaf.lsm.wal;

import static io.sheaf.lsm.wal.LogFixture.DIRECTORY;
import static io.sheaf.lsm.wal.LogFixture.append;
import static io.sheaf.lsm.wal.LogFixture.numbers;
import static io.sheaf.lsm.wal.LogFixture.path;
import static io.sheaf.lsm.wal.LogFixture.replace;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ForeignFileException;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.sheaf.lsm.wal.LogFixture#options")
final class LogSequenceTest {
  @Parameter LogOptions options = LogOptions.PLAIN;

  private static final int RECORDS = 4;

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final List<Long> written = new ArrayList<>();
  private final List<LogWriter> open = new ArrayList<>();

  @BeforeEach
  void createDirectory() throws IOException {
    files.createDirectories(DIRECTORY);
  }

  @Test
  void severalLogsReadAsOne() throws IOException {
    logs(3, false);
    assertEquals(written, readAll());
    closeAll();
    assertEquals(written, readAll());
  }

  @Test
  void noLogIsAnEmptySequence() throws IOException {
    try (LogSequence logs = sequence(1)) {
      assertFalse(logs.next());
      assertEquals(PreviousLog.NONE, logs.settle());
      assertThrows(IllegalStateException.class, logs::record);
    }
  }

  @Test
  void logsBelowTheOldestNeededArePassedOver() throws IOException {
    logs(3, true);
    files.delete(path(1));
    try (LogSequence logs = sequence(2)) {
      assertTrue(logs.next());
      assertEquals(written.get(RECORDS), logs.record().firstSequence());
      assertEquals(2, logs.record().number());
    }
  }

  @Test
  void behindATornLogNothingIsAccepted() throws IOException {
    logs(3, false);
    byte[] second = LogFixture.read(files, 2);
    for (int length = 0; length < second.length; length++) {
      replace(files, 2, Arrays.copyOf(second, length));
      try (LogSequence logs = sequence(1)) {
        List<Long> left = drain(logs);
        LogFixture.assertPrefix(written, left, "cut at " + length);
        assertTrue(left.size() >= RECORDS && left.size() < 2 * RECORDS, "cut at " + length);
        assertEquals(
            length < LogFormat.HEADER_BYTES ? List.of(2L, 3L) : List.of(3L), logs.abandoned());
        assertTrue(logs.ending().contains("not accepted"), logs.ending());
      }
    }
  }

  @Test
  void recordsBehindDamageThatWasNeverDurableAreToldOf() throws IOException {
    logs(1, false);
    byte[] whole = LogFixture.read(files, 1);
    for (int at = LogFormat.HEADER_BYTES; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      replace(files, 1, damaged);
      try (LogSequence logs = sequence(1)) {
        int left = drain(logs).size();
        boolean isLast = left == RECORDS - 1;
        assertEquals(!isLast, logs.leavesRecords(), "damage at " + at + ": " + logs.ending());
      }
      replace(files, 1, Arrays.copyOf(whole, at));
      try (LogSequence logs = sequence(1)) {
        assertTrue(drain(logs).size() < RECORDS);
        assertFalse(logs.leavesRecords(), "cut at " + at);
      }
    }
  }

  @Test
  void aLostLogThatWasNeverDurableEndsTheSequence() throws IOException {
    logs(3, false);
    files.delete(path(2));
    assertEquals(written.subList(0, RECORDS), readAll());
    files.delete(path(1));
    assertEquals(List.of(), readAll());
  }

  @Test
  void aTornLogBeforeOneThatWasDurableIsDamage() throws IOException {
    logs(2, false);
    open.getLast().sync();
    long synced = append(open.getLast(), 1_000);
    assertTrue(synced > 1_000);
    byte[] first = LogFixture.read(files, 1);
    for (int length = 0; length < first.length; length++) {
      String context = "cut at " + length;
      replace(files, 1, Arrays.copyOf(first, length));
      CorruptionException damage = assertThrows(CorruptionException.class, this::readAll, context);
      assertEquals(path(1).toString(), damage.file(), context);
      assertTrue(damage.offset() <= length, context);
    }
    files.delete(path(1));
    assertThrows(CorruptionException.class, this::readAll);
  }

  @Test
  void aLogWhoseSuccessorStatesItsDurabilityCannotBeShorter() throws IOException {
    LogWriter first =
        LogWriter.create(files, DIRECTORY, LogFixture.STORE, 1, options, PreviousLog.NONE);
    long sequence = append(first, 1);
    first.sync();
    long syncedTo = first.endOffset();
    sequence = append(first, sequence);
    LogWriter second = first.successor(2, OptionalLong.empty());
    append(second, sequence);
    byte[] log = LogFixture.read(files, 1);
    for (int length = 0; length < log.length; length++) {
      String context = "cut at " + length;
      replace(files, 1, Arrays.copyOf(log, length));
      if (length < syncedTo) {
        assertThrows(CorruptionException.class, this::readAll, context);
      } else {
        assertEquals(List.of(1L), readAll(), context);
      }
    }
    second.close();
    first.close();
  }

  @Test
  void aMissingLogBeforeOneThatWasDurableIsNamed() throws IOException {
    logs(3, true);
    for (long missing = 1; missing <= 2; missing++) {
      byte[] log = LogFixture.read(files, missing);
      files.delete(path(missing));
      CorruptionException damage = assertThrows(CorruptionException.class, this::readAll);
      assertEquals(path(missing).toString(), damage.file());
      replace(files, missing, log);
    }
    assertEquals(written, readAll());
  }

  @Test
  void aBadHeaderInTheMiddleOfDurableLogsIsNamed() throws IOException {
    logs(3, true);
    byte[] second = LogFixture.read(files, 2);
    for (int bit = 0; bit < LogFormat.HEADER_BYTES * 8; bit++) {
      byte[] bad = second.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      replace(files, 2, bad);
      IOException damage = assertThrows(IOException.class, this::readAll);
      assertTrue(String.valueOf(damage.getMessage()).contains("000002.log"), damage::toString);
    }
  }

  @Test
  void aLogOfAnotherStoreIsRefusedWhereverItStands() throws IOException {
    logs(3, false);
    for (long number = 1; number <= 3; number++) {
      byte[] own = LogFixture.read(files, number);
      for (int id : new int[] {0, 7}) {
        byte[] other = own.clone();
        ByteBuffer header = ByteBuffer.wrap(other).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(24, id);
        header.putInt(28, new Crc32c().begin(number, 0).update(other, 0, 28).value());
        replace(files, number, other);
        ForeignFileException refused = assertThrows(ForeignFileException.class, this::readAll);
        assertEquals(path(number).toString(), refused.file());
      }
      replace(files, number, own);
    }
    assertEquals(written, readAll());
  }

  @Test
  void settlingRemovesWhatWasNotAccepted() throws IOException {
    logs(4, false);
    byte[] second = LogFixture.read(files, 2);
    replace(files, 2, Arrays.copyOf(second, second.length - 1));
    PreviousLog end;
    try (LogSequence logs = sequence(1)) {
      assertThrows(IllegalStateException.class, logs::settle);
      drain(logs);
      end = logs.settle();
    }
    assertEquals(List.of(1L, 2L), numbers(files));
    assertEquals(2, end.number());
    assertEquals(end.endOffset(), end.syncedOffset());
    try (LogWriter next = LogWriter.create(files, DIRECTORY, LogFixture.STORE, 9, options, end)) {
      append(next, 5_000);
    }
    List<Long> expected = new ArrayList<>(written.subList(0, 2 * RECORDS - 1));
    expected.add(5_000L);
    assertEquals(expected, readAll());
  }

  @Test
  void afterCloseNothingIsRead() throws IOException {
    logs(1, true);
    LogSequence logs = sequence(1);
    assertTrue(logs.next());
    logs.close();
    logs.close();
    assertThrows(ClosedException.class, logs::next);
  }

  /** Writes logs 1 to {@code count}, with {@link #RECORDS} records each. */
  private void logs(int count, boolean closed) throws IOException {
    LogWriter log =
        LogWriter.create(files, DIRECTORY, LogFixture.STORE, 1, options, PreviousLog.NONE);
    long sequence = 1;
    for (int number = 1; number <= count; number++) {
      if (number > 1) {
        log = log.successor(number, OptionalLong.empty());
      }
      open.add(log);
      for (int i = 0; i < RECORDS; i++) {
        written.add(sequence);
        sequence = append(log, sequence);
      }
    }
    if (closed) {
      closeAll();
    }
  }

  @AfterEach
  void closeAll() throws IOException {
    for (LogWriter log : open) {
      log.close();
    }
  }

  private LogSequence sequence(long oldest) throws IOException {
    return new LogSequence(files, DIRECTORY, LogFixture.STORE, numbers(files), oldest);
  }

  private List<Long> readAll() throws IOException {
    return readAll(files);
  }

  private static List<Long> readAll(FileSystem from) throws IOException {
    try (LogSequence logs = new LogSequence(from, DIRECTORY, LogFixture.STORE, numbers(from), 1)) {
      return drain(logs);
    }
  }

  private static List<Long> drain(LogSequence logs) throws IOException {
    List<Long> sequences = new ArrayList<>();
    while (logs.next()) {
      sequences.add(LogFixture.check(logs.record(), "log " + logs.record().number()));
    }
    return sequences;
  }
}
