package io.sheaf.lsm.wal;

import static io.sheaf.lsm.wal.LogFixture.DIRECTORY;
import static io.sheaf.lsm.wal.LogFixture.append;
import static io.sheaf.lsm.wal.LogFixture.check;
import static io.sheaf.lsm.wal.LogFixture.path;
import static io.sheaf.lsm.wal.LogFixture.readLog;
import static io.sheaf.lsm.wal.LogFixture.replace;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.UnsupportedFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
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
final class LogReaderTest {
  private static final int RECORDS = 12;
  private static final int SYNCED_RECORDS = 7;

  @Parameter LogOptions options = LogOptions.PLAIN;
  private final MemoryFileSystem files = new MemoryFileSystem();
  private final List<Long> written = new ArrayList<>();
  private final List<Long> ends = new ArrayList<>();

  @BeforeEach
  void createDirectory() throws IOException {
    files.createDirectories(DIRECTORY);
  }

  @Test
  void whatIsAppendedIsRead() throws IOException {
    byte[] log = log(true);
    assertEquals(written, readLog(files, 7, options.toString()));
    try (LogReader reader = LogReader.open(files, DIRECTORY, 7)) {
      assertEquals(PreviousLog.NONE, reader.previous());
      for (int i = 0; i < RECORDS; i++) {
        assertTrue(reader.next());
        assertEquals(i == 0 ? LogFormat.HEADER_BYTES : ends.get(i - 1), reader.offset());
        assertEquals(ends.get(i), reader.endOffset());
      }
      assertFalse(reader.next());
      assertFalse(reader.next());
      assertEquals(LogReader.End.CLOSED, reader.end());
      assertEquals(LogFormat.RECORD_HEADER_BYTES, reader.bytesBehindEnd());
      assertEquals(log.length, reader.endOffset() + LogFormat.RECORD_HEADER_BYTES);
    }
  }

  /** A log that is cut is read up to the last whole record. */
  @Test
  void cutAtEveryByteBehindWhatWasSynced() throws IOException {
    byte[] log = log(false);
    for (int length = Math.toIntExact(ends.get(SYNCED_RECORDS - 1));
        length <= log.length;
        length++) {
      replace(files, 7, Arrays.copyOf(log, length));
      assertTorn(wholeRecords(length), "cut at " + length);
    }
  }

  /**
   * One that was cut before what was synced has lost the proof along with it: what is left is
   * right, or refused.
   */
  @Test
  void cutAtEveryByte() throws IOException {
    byte[] log = log(true);
    for (int length = 0; length < log.length; length++) {
      replace(files, 7, Arrays.copyOf(log, length));
      int cut = length;
      if (length < LogFormat.HEADER_BYTES) {
        assertThrows(CorruptionException.class, () -> readLog(files, 7, "cut at " + cut));
      } else {
        assertTorn(wholeRecords(length), "cut at " + length);
      }
    }
  }

  /** Every third bit, and so each byte. */
  @Test
  void flippedBits() throws IOException {
    byte[] log = log(false);
    long synced = ends.get(SYNCED_RECORDS - 1);
    for (long bit = 0; bit < log.length * 8L; bit += 3) {
      String context = "bit " + bit + " of " + options;
      flip(log, bit);
      replace(files, 7, log);
      flip(log, bit);
      long offset = bit / 8;
      if (offset < LogFormat.HEADER_BYTES) {
        IOException refused = assertThrows(IOException.class, () -> readLog(files, 7, context));
        assertTrue(
            refused instanceof CorruptionException || refused instanceof UnsupportedFormatException,
            refused::toString);
        assertTrue(String.valueOf(refused.getMessage()).contains("000007.log"), refused::toString);
      } else if (offset < synced) {
        CorruptionException refused =
            assertThrows(CorruptionException.class, () -> readLog(files, 7, context));
        assertEquals(path(7).toString(), refused.file(), context);
        assertTrue(refused.offset() <= offset, context);
        assertEquals(recordAt(offset), refused.offset(), context);
      } else {
        assertTorn(wholeRecords(offset), context);
      }
    }
  }

  /** In a log that was closed, every record was durable. */
  @Test
  void flippedBitsInAClosedLog() throws IOException {
    byte[] log = log(true);
    for (long bit = LogFormat.HEADER_BYTES * 8L; bit < ends.getLast() * 8; bit += 3) {
      String context = "bit " + bit;
      flip(log, bit);
      replace(files, 7, log);
      flip(log, bit);
      CorruptionException refused =
          assertThrows(CorruptionException.class, () -> readLog(files, 7, context));
      assertEquals(recordAt(bit / 8), refused.offset(), context);
    }
  }

  @Test
  void zerosGarbageAndOlderRecordsBehindTheEndAreNoRecords() throws IOException {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    byte[] log = log(false);
    byte[] garbage = new byte[50_000];
    random.nextBytes(garbage);
    byte[] own = Arrays.copyOfRange(log, LogFormat.HEADER_BYTES, log.length);
    for (byte[] tail : List.of(new byte[100_001], garbage, own)) {
      byte[] content = Arrays.copyOf(log, log.length + tail.length);
      System.arraycopy(tail, 0, content, log.length, tail.length);
      replace(files, 7, content);
      assertTorn(RECORDS, "seed " + seed);
    }
  }

  @Test
  void aRecycledLogNeverShowsItsOlderContent() throws IOException {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      MemoryFileSystem disk = new MemoryFileSystem();
      disk.createDirectories(DIRECTORY);
      long sequence = 1;
      LogWriter old =
          LogWriter.create(disk, DIRECTORY, LogFixture.STORE, 3, options, PreviousLog.NONE);
      for (int i = 0; i < 30; i++) {
        sequence = append(old, sequence);
        if (random.nextInt(5) == 0) {
          old.sync();
        }
      }
      LogWriter between = old.successor(4, OptionalLong.empty());
      old.close();
      List<Long> expected = new ArrayList<>();
      LogWriter recycled = between.successor(9, OptionalLong.of(3));
      for (int i = random.nextInt(20); i > 0; i--) {
        expected.add(sequence);
        sequence = append(recycled, sequence);
      }
      assertFalse(disk.exists(path(3)));
      assertEquals(expected, readLog(disk, 9, "seed " + seed + " round " + round));
      recycled.close();
      between.close();
      assertEquals(expected, readLog(disk, 9, "seed " + seed + " round " + round));
    }
  }

  @Test
  void aRecordAtAnotherPlaceOrInAnotherLogIsNone() throws IOException {
    byte[] log = log(false);
    int first = LogFormat.HEADER_BYTES;
    int second = Math.toIntExact(ends.getFirst());
    int third = Math.toIntExact(ends.get(1));
    byte[] swapped = log.clone();
    System.arraycopy(log, second, swapped, first, third - second);
    System.arraycopy(log, first, swapped, first + third - second, second - first);
    replace(files, 7, swapped);
    CorruptionException refused =
        assertThrows(CorruptionException.class, () -> readLog(files, 7, "swapped"));
    assertEquals(first, refused.offset());
    replace(files, 8, log);
    assertThrows(CorruptionException.class, () -> readLog(files, 8, "another number"));
    byte[] closed = log(true);
    int end = Math.toIntExact(ends.getLast());
    System.arraycopy(closed, end, closed, second, LogFormat.RECORD_HEADER_BYTES);
    replace(files, 7, closed);
    refused = assertThrows(CorruptionException.class, () -> readLog(files, 7, "early end"));
    assertEquals(second, refused.offset());
  }

  @Test
  void aLogThatIsWrittenCanBeFollowed() throws IOException {
    try (LogWriter writer =
            LogWriter.create(files, DIRECTORY, LogFixture.STORE, 7, options, PreviousLog.NONE);
        LogReader reader = LogReader.open(files, DIRECTORY, 7)) {
      long sequence = 1;
      for (int round = 0; round < 20; round++) {
        reader.limit(writer.endOffset());
        assertFalse(reader.next());
        assertEquals(LogReader.End.LIMIT, reader.end());
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < round % 4; i++) {
          expected.add(sequence);
          sequence = append(writer, sequence);
        }
        reader.limit(writer.endOffset());
        for (long each : expected) {
          assertTrue(reader.next());
          assertEquals(each, check(reader, "round " + round));
        }
      }
    }
  }

  @Test
  void afterCloseNothingIsRead() throws IOException {
    log(true);
    LogReader reader = LogReader.open(files, DIRECTORY, 7);
    reader.close();
    reader.close();
    assertThrows(ClosedException.class, reader::next);
  }

  /** Writes log 7, {@link #SYNCED_RECORDS} of its {@link #RECORDS} known to be synced. */
  private byte[] log(boolean closed) throws IOException {
    if (files.exists(path(7))) {
      files.delete(path(7));
    }
    written.clear();
    ends.clear();
    byte[] open;
    try (LogWriter writer =
        LogWriter.create(files, DIRECTORY, LogFixture.STORE, 7, options, PreviousLog.NONE)) {
      long sequence = 1;
      for (int i = 0; i < RECORDS; i++) {
        if (i == SYNCED_RECORDS) {
          writer.sync();
        }
        written.add(sequence);
        sequence = append(writer, sequence);
        ends.add(writer.endOffset());
      }
      open = LogFixture.read(files, 7);
    }
    return closed ? LogFixture.read(files, 7) : open;
  }

  private void assertTorn(int records, String context) throws IOException {
    try (LogReader reader = LogReader.open(files, DIRECTORY, 7)) {
      for (long expected : written.subList(0, records)) {
        assertTrue(reader.next(), context);
        assertEquals(expected, check(reader, context), context);
      }
      assertFalse(reader.next(), context);
      assertEquals(LogReader.End.TORN, reader.end(), context);
      assertEquals(
          records == 0 ? LogFormat.HEADER_BYTES : ends.get(records - 1),
          reader.endOffset(),
          context);
    }
  }

  /** Number of records that end at or before {@code offset}. */
  private int wholeRecords(long offset) {
    return (int) ends.stream().filter(end -> end <= offset).count();
  }

  private long recordAt(long offset) {
    int index = wholeRecords(offset);
    return index == 0 ? LogFormat.HEADER_BYTES : ends.get(index - 1);
  }

  private static void flip(byte[] bytes, long bit) {
    bytes[(int) (bit / 8)] ^= (byte) (1 << bit % 8);
  }
}
