package io.sheaf.lsm.wal;

import static io.sheaf.lsm.wal.LogFixture.DIRECTORY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Compression.Codec;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can be read of a log behind damage; {@code -Dsheaf.test.seed=N} replays. */
final class LogDamageTest {
  private static final int RECORDS = 60;

  private final long seed = TestSeed.next();
  private final Random random = new Random(seed);
  private final MemoryFileSystem files = new MemoryFileSystem();

  @BeforeEach
  void createDirectory() throws IOException {
    System.out.println("damaged logs: -Dsheaf.test.seed=" + seed);
    files.createDirectories(DIRECTORY);
  }

  @Test
  void recordsBehindADamagedOneAreRead() throws IOException {
    for (LogOptions options : LogFixture.options()) {
      List<Long> all = new ArrayList<>();
      List<Long> offsets = new ArrayList<>();
      long last = write(options, all, offsets);
      byte[] whole = LogFixture.read(files, 5);
      for (int i = 0; i < 50; i++) {
        int damaged = random.nextInt(RECORDS);
        long end = damaged + 1 < RECORDS ? offsets.get(damaged + 1) : last;
        int at = (int) (offsets.get(damaged) + random.nextLong(end - offsets.get(damaged)));
        byte[] content = whole.clone();
        content[at] ^= (byte) (1 << random.nextInt(8));
        LogFixture.replace(files, 5, content);
        String context = options + ", byte " + at + ", seed " + seed;
        List<Long> expected = new ArrayList<>(all);
        expected.remove(damaged);
        List<Long> read = readAll(context, all.getLast());
        if (options.compression().codec() == Codec.ZSTD) {
          assertTrue(expected.containsAll(read), context);
          assertEquals(all.subList(0, damaged), read.subList(0, damaged), context);
        } else {
          assertEquals(expected, read, context);
        }
      }
    }
  }

  @Test
  void withoutItsHeaderALogHasItsRecordsAllTheSame() throws IOException {
    List<Long> all = new ArrayList<>();
    write(LogOptions.PLAIN, all, new ArrayList<>());
    byte[] content = LogFixture.read(files, 5);
    content[random.nextInt(LogFormat.HEADER_BYTES)] ^= 1;
    LogFixture.replace(files, 5, content);
    List<Long> read = new ArrayList<>();
    try (LogReader reader = LogReader.openWithoutHeader(files, DIRECTORY, LogFixture.STORE, 5)) {
      while (reader.next()) {
        read.add(LogFixture.check(reader, "seed " + seed));
      }
      assertEquals(LogReader.End.CLOSED, reader.end());
    }
    assertEquals(all, read, "seed " + seed);
  }

  /** Writes log 5; returns where its records end. */
  private long write(LogOptions options, List<Long> sequences, List<Long> offsets)
      throws IOException {
    if (files.exists(LogFixture.path(5))) {
      files.delete(LogFixture.path(5));
    }
    try (LogWriter log =
        LogWriter.create(files, DIRECTORY, LogFixture.STORE, 5, options, PreviousLog.NONE)) {
      long sequence = 1;
      for (int i = 0; i < RECORDS; i++) {
        sequences.add(sequence);
        offsets.add(log.endOffset());
        sequence = LogFixture.append(log, sequence);
      }
      return log.endOffset();
    }
  }

  private List<Long> readAll(String context, long lastSequence) throws IOException {
    List<Long> read = new ArrayList<>();
    try (LogReader reader = LogReader.open(files, DIRECTORY, 5)) {
      boolean more = true;
      while (more) {
        try {
          if (reader.next()) {
            read.add(LogFixture.check(reader, context));
          } else {
            more = reader.end() == LogReader.End.TORN && reader.skipDamage();
          }
        } catch (CorruptionException e) {
          assertTrue(String.valueOf(e.getMessage()).contains("000005.log"), context);
          more = reader.skipDamage();
        }
      }
      assertEquals(LogReader.End.CLOSED, reader.end(), context);
      assertEquals(
          lastSequence + LogFixture.entries(lastSequence) - 1, reader.highestSequence(), context);
    }
    return read;
  }
}
