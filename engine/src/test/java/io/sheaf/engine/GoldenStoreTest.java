package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.compaction.CompactionScheduler;
import io.sheaf.lsm.compact.NoCompaction;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.DiskFileSystem;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.UnsupportedFormatException;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import io.sheaf.lsm.wal.LogFormat;
import io.sheaf.testdata.GoldenStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Stores that earlier programs left are read, row for row, and go on living. */
final class GoldenStoreTest {
  static final List<String> NAMES = GoldenStore.NAMES;
  private static final String VERSION = "v" + FileHeader.VERSION + "/";

  /** In a value file, see docs/format.md. */
  private static final int DICTIONARY_BYTES_OFFSET = 36;

  /** In a record of a log. */
  private static final int GROUP = 1;

  private static final int NO_CODEC = 0;
  private static final int LZ4_CODEC = 1;
  private static final int STREAM_CODEC = 3;

  @TempDir private Path directory;

  @Test
  void thereIsAGoldenStoreOfTheFormatThatIsWritten() {
    assertTrue(
        NAMES.stream().anyMatch(name -> name.startsWith(VERSION)),
        "write golden stores of format version " + FileHeader.VERSION + ", see GoldenStoreWriter");
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void isReadWrittenMergedAndReadAgain(String name) throws Exception {
    GoldenCopy copy = GoldenCopy.of(GoldenStore.of(name), new DiskFileSystem(), directory);
    Map<String, NavigableMap<byte[], byte[]>> expected = copy.golden().tables();
    try (Db db = copy.open(CompactionScheduler::new)) {
      GoldenCopy.check(db, expected);
      change(db, expected);
      GoldenCopy.check(db, expected);
      db.flush();
      for (Table table : db.tables()) {
        db.compact(table, null, null);
      }
      GoldenCopy.check(db, expected);
    }
    try (Db db = copy.open(CompactionScheduler::new)) {
      GoldenCopy.check(db, expected);
    }
  }

  /** In each table: deletes the first row, updates the last one, adds one, removes a range. */
  private static void change(Db db, Map<String, NavigableMap<byte[], byte[]>> expected)
      throws IOException {
    WriteBatch batch = new WriteBatch();
    for (Map.Entry<String, NavigableMap<byte[], byte[]>> each : expected.entrySet()) {
      Table table = db.table(each.getKey());
      NavigableMap<byte[], byte[]> rows = each.getValue();
      byte[] first = rows.firstKey();
      byte[] last = rows.lastKey();
      byte[] added = "zzz added".getBytes(StandardCharsets.US_ASCII);
      byte[] value = "written later".repeat(100).getBytes(StandardCharsets.US_ASCII);
      batch.delete(table, first).put(table, last, value).put(table, added, value);
      rows.remove(first);
      rows.put(last, value);
      rows.put(added, value);
      byte[] from = rows.firstKey();
      byte[] to = rows.higherKey(from);
      batch.deleteRange(table, from, to);
      rows.remove(from);
    }
    db.write(batch);
  }

  /** Else the test above would pass without having seen what it is there for. */
  @Test
  void theMixedStoreHoldsWhatAStoreCanHold() throws IOException {
    GoldenStore golden = GoldenStore.of(VERSION + "mixed");
    GoldenCopy copy = GoldenCopy.of(golden, new MemoryFileSystem(), directory);
    try (Db db = copy.open(NoCompaction::new)) {
      Version version = db.version();
      TableState messages = Objects.requireNonNull(version.table("messages"));
      assertTrue(messages.runs().size() >= 4, "several runs");
      assertTrue(
          messages.runs().stream()
              .flatMap(run -> run.files().stream())
              .anyMatch(file -> file.rangeDeletes() > 0),
          "range deletes");
      Map<Long, Long> live = messages.liveRawBytes();
      assertTrue(
          messages.valueFiles().values().stream()
              .anyMatch(file -> file.rawBytes() > live.getOrDefault(file.number(), 0L)),
          "garbage in a value file");
      TableState settings = Objects.requireNonNull(version.table("settings"));
      assertTrue(settings.valueFiles().isEmpty(), "values inline");
      TableState presence = Objects.requireNonNull(version.table("presence"));
      assertTrue(presence.descriptor().options().expires(), "rows that expire");
      assertNull(version.table("dropped"));
    }
    boolean dictionary = false;
    boolean log = false;
    for (String file : golden.files()) {
      ByteBuffer content = ByteBuffer.wrap(golden.content(file));
      dictionary |= file.endsWith(".val") && content.getInt(DICTIONARY_BYTES_OFFSET) != 0;
      log |= file.endsWith(".log") && content.limit() > 1000;
    }
    assertTrue(dictionary, "a dictionary");
    assertTrue(log, "writes in the log");
  }

  /** Each codec that a record of a log may have is in some golden store. */
  @Test
  void theLogsHoldEachKindOfRecord() throws IOException {
    assertEquals(Set.of(NO_CODEC, LZ4_CODEC), codecs("mixed", "tiny"));
    assertEquals(Set.of(NO_CODEC, STREAM_CODEC), codecs("streamed"));
  }

  private static Set<Integer> codecs(String... names) throws IOException {
    Set<Integer> codecs = new TreeSet<>();
    for (String name : names) {
      GoldenStore golden = GoldenStore.of(VERSION + name);
      for (String file : golden.files()) {
        if (file.endsWith(".log")) {
          ByteBuffer log = ByteBuffer.wrap(golden.content(file)).order(ByteOrder.LITTLE_ENDIAN);
          int record = LogFormat.HEADER_BYTES;
          while (log.get(record + 20) == GROUP) {
            codecs.add((int) log.get(record + 21));
            int storedBytes = log.getInt(record + 8);
            record += (LogFormat.RECORD_HEADER_BYTES + storedBytes + 7) & -8;
          }
        }
      }
    }
    return codecs;
  }

  @Test
  void aFileOfANewerFormatIsRefusedByItsName() throws IOException {
    GoldenStore golden = GoldenStore.of(VERSION + "tiny");
    for (String file : golden.files()) {
      if (file.equals("CURRENT")) {
        continue; // has no version of its own, only names the manifest
      }
      GoldenCopy copy = GoldenCopy.of(golden, new MemoryFileSystem(), directory);
      byte[] content = golden.content(file);
      content[8] = (byte) (FileHeader.VERSION + 1);
      copy.write(file, content);
      UnsupportedFormatException refused =
          assertThrows(UnsupportedFormatException.class, () -> readAll(copy), file);
      assertTrue(String.valueOf(refused.getMessage()).contains(file), refused.getMessage());
    }
  }

  private static void readAll(GoldenCopy copy) throws IOException {
    try (Db db = copy.open(NoCompaction::new)) {
      GoldenCopy.check(db, copy.golden().tables());
    }
  }

  /** In this store nothing is compressed, so its bytes depend on this program alone. */
  @Test
  void whatIsWrittenTodayIsTheGoldenStore() throws Exception {
    GoldenStore golden = GoldenStore.of(VERSION + "tiny");
    MemoryFileSystem files = new MemoryFileSystem();
    GoldenStoreWriter.tiny(files, directory);
    for (String name : golden.files()) {
      try (ReadableFile file = files.open(directory.resolve(name))) {
        ByteBuffer written = ByteBuffer.allocate((int) file.size());
        file.read(written, 0);
        assertArrayEquals(golden.content(name), written.array(), name);
      }
    }
  }
}
