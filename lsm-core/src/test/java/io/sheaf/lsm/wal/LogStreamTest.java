package io.sheaf.lsm.wal;

import static io.sheaf.lsm.wal.LogFixture.DIRECTORY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.cache.AllocatedBytes;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.StreamCompressor;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FaultFileSystem.InjectedException;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logs whose payloads are pieces of one stream; the other tests of logs run with it too. */
final class LogStreamTest {
  private static final LogOptions STREAM = new LogOptions(Compression.zstd(1), 0, 0);
  private static final int FIRST_PAYLOAD = LogFormat.HEADER_BYTES + LogFormat.RECORD_HEADER_BYTES;

  private final FaultFileSystem files = new FaultFileSystem(new MemoryFileSystem());

  @BeforeEach
  void createDirectory() throws IOException {
    files.createDirectories(DIRECTORY);
  }

  @Test
  void payloadsOfEachKindAndLength() throws IOException {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    List<byte[]> payloads = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      payloads.add(payload(random, i % 7, i % 50 == 3 ? 1_500_000 : random.nextInt(8_000)));
    }
    for (int compressedFrom : new int[] {0, 1_000}) {
      LogOptions options = new LogOptions(Compression.zstd(1), compressedFrom, 0);
      try (LogWriter log =
          LogWriter.create(files, DIRECTORY, LogFixture.STORE, 5, options, PreviousLog.NONE)) {
        append(log, 1, payloads);
      }
      assertPayloads(5, payloads, "seed " + seed);
      files.delete(LogFixture.path(5));
    }
  }

  @Test
  void aRecordThatResemblesOneBeforeIsShort() throws IOException {
    byte[] random = payload(new Random(), 0, 3_000);
    try (LogWriter log =
        LogWriter.create(files, DIRECTORY, LogFixture.STORE, 5, STREAM, PreviousLog.NONE)) {
      append(log, 1, List.of(random));
      long first = log.endOffset();
      assertTrue(first > FIRST_PAYLOAD + random.length, "stored even where it gets longer");
      append(log, 2, List.of(random));
      assertTrue(log.endOffset() - first < 100, "refers to the first");
    }
    assertPayloads(5, List.of(random, random), "");
  }

  /** The stream of a log begins with it, whoever compressed the log before. */
  @Test
  void eachLogIsReadAlone() throws IOException {
    Random random = new Random(4);
    byte[] payload = payload(random, 0, 3_000);
    LogWriter first =
        LogWriter.create(files, DIRECTORY, LogFixture.STORE, 1, STREAM, PreviousLog.NONE);
    append(first, 1, List.of(payload, payload));
    LogWriter second = first.successor(2, OptionalLong.empty());
    append(second, 3, List.of(payload));
    first.close();
    append(second, 4, List.of(payload));
    LogWriter third = second.successor(3, OptionalLong.of(1));
    second.discard();
    append(third, 5, List.of(payload, payload, payload));
    third.close();
    assertPayloads(2, List.of(payload, payload), "");
    assertPayloads(3, List.of(payload, payload, payload), "recycled");
  }

  /** What the compressor knows of the record that was not written must not be referred to. */
  @Test
  void afterAFailedAppendTheSuccessorBeginsAnew() throws IOException {
    byte[] payload = payload(new Random(4), 0, 3_000);
    LogWriter log =
        LogWriter.create(files, DIRECTORY, LogFixture.STORE, 1, STREAM, PreviousLog.NONE);
    append(log, 1, List.of(payload));
    files.failOnce(Operation.WRITE, 1);
    assertThrows(InjectedException.class, () -> append(log, 2, List.of(payload)));
    assertThrows(IOException.class, () -> append(log, 2, List.of(payload)));
    files.failOnce(Operation.CREATE, 1);
    assertThrows(InjectedException.class, () -> log.successor(2, OptionalLong.empty()));
    files.failOnce(Operation.WRITE, 1);
    assertThrows(InjectedException.class, () -> log.successor(2, OptionalLong.empty()));
    LogWriter next = log.successor(3, OptionalLong.empty());
    append(next, 2, List.of(payload, payload));
    next.close();
    log.close();
    assertPayloads(1, List.of(payload), "");
    assertPayloads(3, List.of(payload, payload), "");
  }

  /** A successor that could not be created takes nothing away from the log. */
  @Test
  void afterAFailedSuccessorTheLogGoesOn() throws IOException {
    byte[] payload = payload(new Random(4), 0, 3_000);
    LogWriter log =
        LogWriter.create(files, DIRECTORY, LogFixture.STORE, 1, STREAM, PreviousLog.NONE);
    append(log, 1, List.of(payload));
    files.failOnce(Operation.WRITE, 1);
    assertThrows(InjectedException.class, () -> log.successor(2, OptionalLong.empty()));
    append(log, 2, List.of(payload));
    log.close();
    assertPayloads(1, List.of(payload, payload), "");
  }

  /** Under checksums that are right, so that the decompressor is what sees it. */
  @Test
  void aPieceThatCannotBeDecompressedIsDamageWithFileAndOffset() throws IOException {
    byte[] text = payload(new Random(4), 1, 3_000);
    try (LogWriter log =
        LogWriter.create(files, DIRECTORY, LogFixture.STORE, 5, STREAM, PreviousLog.NONE)) {
      append(log, 1, List.of(text, text));
    }
    byte[] whole = LogFixture.read(files, 5);
    for (int windowLog = 18; windowLog <= 31; windowLog++) {
      byte[] bad = whole.clone();
      bad[FIRST_PAYLOAD + 5] = (byte) ((windowLog - 10) << 3);
      assertDamaged(bad, "a window of more than " + StreamCompressor.WINDOW_BYTES);
    }
    byte[] ended = whole.clone();
    ended[FIRST_PAYLOAD + 6] |= 1; // its first block says that it is the last
    assertDamaged(ended, "the frame ends");
    byte[] other = whole.clone();
    other[FIRST_PAYLOAD]++;
    assertDamaged(other, "not the header of a frame");
    byte[] longer = whole.clone();
    ByteBuffer.wrap(longer)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(LogFormat.HEADER_BYTES + 12, LogFormat.MAX_PAYLOAD_BYTES / 1_000);
    assertDamaged(longer, "more or less");
  }

  private void assertDamaged(byte[] log, String reason) throws IOException {
    seal(log, 5);
    LogFixture.replace(files, 5, log);
    try (LogReader reader = LogReader.open(files, DIRECTORY, 5)) {
      CorruptionException damage = assertThrows(CorruptionException.class, reader::next);
      assertEquals(LogFixture.path(5).toString(), damage.file());
      assertEquals(FIRST_PAYLOAD, damage.offset());
      assertTrue(String.valueOf(damage.getMessage()).contains(reason), damage::toString);
    }
  }

  /** Gives the first record of the log the checksums that its bytes have. */
  private static void seal(byte[] log, long number) {
    ByteBuffer bytes = ByteBuffer.wrap(log).order(ByteOrder.LITTLE_ENDIAN);
    long place = FileHeader.place(number, LogFixture.STORE.value());
    int record = LogFormat.HEADER_BYTES;
    int padded = (int) LogFormat.recordBytes(bytes.getInt(record + 8));
    padded -= LogFormat.RECORD_HEADER_BYTES;
    Crc32c crc = new Crc32c();
    bytes.putInt(
        record + 4,
        crc.begin(place, FIRST_PAYLOAD).update(direct(log, FIRST_PAYLOAD, padded)).value());
    bytes.putInt(
        record,
        crc.begin(place, record)
            .update(direct(log, record + 4, LogFormat.RECORD_HEADER_BYTES - 4))
            .value());
  }

  private static ByteBuffer direct(byte[] bytes, int offset, int length) {
    return ByteBuffer.allocateDirect(length).put(bytes, offset, length).flip();
  }

  /**
   * All that is done for a record but handing it to the file system: views of buffers at most,
   * which the compiler does away with where it has seen no other use of them.
   */
  @Test
  void aRecordAllocatesNoBuffer() throws Exception {
    int records = 5_000;
    long most = 256L * records;
    try (PayloadCompressor compressor = new PayloadCompressor(STREAM);
        RecordBuilder record = new RecordBuilder(1, LogFixture.STORE.value(), 64 << 10);
        GrowableBuffer payload = new GrowableBuffer(16)) {
      payload.putBytes(Slice.of(payload(new Random(4), 1, 300)));
      long bytes = Long.MAX_VALUE;
      for (int i = 0; i < 20 && bytes >= most; i++) { // until it is compiled
        bytes =
            AllocatedBytes.of(() -> {
              for (int n = 0; n < records; n++) {
                record.begin(LogFormat.GROUP, n, 1, 0, 0);
                compressor.compress(payload, record);
                record.finish(0);
              }
            });
      }
      assertTrue(bytes < most, bytes + " bytes for " + records + " records");
    }
  }

  private static void append(LogWriter log, long sequence, List<byte[]> payloads)
      throws IOException {
    try (GrowableBuffer payload = new GrowableBuffer(16)) {
      for (int i = 0; i < payloads.size(); i++) {
        payload.clear();
        payload.putBytes(Slice.of(payloads.get(i)));
        log.append(payload, sequence + i, 1, 1_000);
      }
    }
  }

  private void assertPayloads(long number, List<byte[]> payloads, String context)
      throws IOException {
    try (LogReader reader = LogReader.open(files, DIRECTORY, number)) {
      for (byte[] payload : payloads) {
        assertTrue(reader.next(), context);
        assertArrayEquals(payload, reader.payload().toByteArray(), context);
      }
      assertFalse(reader.next(), context);
    }
  }

  /** Kind 0: random bytes; 2: none; 3: one byte; others: words. */
  private static byte[] payload(Random random, int kind, int length) {
    byte[] bytes = new byte[kind == 2 ? 0 : kind == 3 ? 1 : length];
    random.nextBytes(bytes);
    for (int i = 0; kind != 0 && i < bytes.length; i++) {
      bytes[i] = (byte) (i % 6 == 0 ? ' ' : 'a' + (bytes[i - i % 6] + i * i) % 13);
    }
    return bytes;
  }
}
