package io.sheaf.lsm.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.io.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Records that tell by themselves what they should be: the payload follows from the sequence
 * number, so that a wrong record is seen whichever one it is.
 */
final class LogFixture {
  static final Path DIRECTORY = Path.of("/store");
  static final StoreId STORE = StoreId.of(0x5ea5_1de5);

  private static final Map<Long, byte[]> PAYLOADS = new ConcurrentHashMap<>();

  private LogFixture() {}

  /** Each way to store a payload: as it is, compressed alone, as a piece of a stream. */
  static List<LogOptions> options() {
    return List.of(
        LogOptions.PLAIN,
        new LogOptions(Compression.LZ4, 100, 1 << 20),
        new LogOptions(Compression.zstd(1), 0, 0),
        new LogOptions(Compression.zstd(3), 100, 1 << 20));
  }

  /** Number of entries of the group that begins at {@code sequence}: 1 to 5. */
  static int entries(long sequence) {
    return (int) (sequence * 31 % 5) + 1;
  }

  /** The payload of the group that begins at {@code sequence}: 0 to 250 bytes, compressible. */
  static byte[] payload(long sequence) {
    return PAYLOADS.computeIfAbsent(sequence, LogFixture::newPayload);
  }

  private static byte[] newPayload(long sequence) {
    Random random = new Random(sequence);
    byte[] payload = new byte[sequence % 7 == 0 ? 0 : random.nextInt(250)];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : 'a' + i % 3);
    }
    return payload;
  }

  /** Appends the group that begins at {@code sequence}; returns the sequence behind it. */
  static long append(LogWriter log, long sequence) throws IOException {
    try (GrowableBuffer payload = new GrowableBuffer(16)) {
      payload.putBytes(Slice.of(payload(sequence)));
      log.append(payload, sequence, entries(sequence), 1_000 + sequence);
    }
    return sequence + entries(sequence);
  }

  /** Checks that the record is the one of its sequence number; returns that number. */
  static long check(LogReader record, String context) {
    long sequence = record.firstSequence();
    assertEquals(entries(sequence), record.entryCount(), context);
    assertEquals(1_000 + sequence, record.writeTimeMillis(), context);
    assertEquals(Slice.of(payload(sequence)), record.payload(), context);
    return sequence;
  }

  /** First sequence numbers of all records of one log, each checked. */
  static List<Long> readLog(FileSystem files, long number, String context) throws IOException {
    List<Long> sequences = new ArrayList<>();
    try (LogReader reader = LogReader.open(files, DIRECTORY, number)) {
      while (reader.next()) {
        sequences.add(check(reader, context));
      }
    }
    return sequences;
  }

  /** Numbers of the logs in the directory. */
  static List<Long> numbers(FileSystem files) throws IOException {
    return files.list(DIRECTORY).stream()
        .flatMap(name -> FileNames.parse(name).stream())
        .filter(file -> file.kind() == FileKind.LOG)
        .map(FileNames.Numbered::number)
        .sorted()
        .toList();
  }

  static Path path(long number) {
    return DIRECTORY.resolve(FileNames.of(FileKind.LOG, number));
  }

  static byte[] read(FileSystem files, long number) throws IOException {
    try (ReadableFile file = files.open(path(number))) {
      byte[] content = new byte[(int) file.size()];
      assertEquals(content.length, file.read(ByteBuffer.wrap(content), 0));
      return content;
    }
  }

  /** Gives log {@code number} this content. */
  static void replace(FileSystem files, long number, byte[] content) throws IOException {
    if (files.exists(path(number))) {
      files.delete(path(number));
    }
    try (WritableFile file = files.create(path(number))) {
      file.write(ByteBuffer.wrap(content));
    }
  }

  /** Whether {@code part} is what {@code all} begins with. */
  static void assertPrefix(List<Long> all, List<Long> part, String context) {
    assertTrue(
        part.size() <= all.size() && all.subList(0, part.size()).equals(part),
        () -> context + ": " + part + " is no beginning of " + all);
  }
}
