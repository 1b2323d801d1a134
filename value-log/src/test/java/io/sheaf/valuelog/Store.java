package io.sheaf.valuelog;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.DictionaryTrainer;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.WritableFile;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.value.ValueWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A value log with what it stands on: in memory, with a clock that stands still. */
final class Store implements AutoCloseable {
  static final Path DIRECTORY = Path.of("/store");
  static final int TABLE = 7;

  final ObservedFileSystem disk;
  final MemoryBudget budget = new MemoryBudget(64 << 20);
  final Statistics statistics = new Statistics();
  final BlockCache cache = new BlockCache(budget, statistics);
  final AtomicLong nanos = new AtomicLong();
  final AtomicLong lastNumber = new AtomicLong();
  final ValueLog log;

  /** A block that was written: where it is and what it holds. */
  record Written(ValueReference reference, Slice content) {
    byte[] values() {
      return content.toByteArray();
    }
  }

  /** What {@link #write} compresses with. */
  @Nullable Dictionary dictionary;

  Store() throws IOException {
    this(new ObservedFileSystem(new MemoryFileSystem()), ValueLogOptions.DEFAULT, 4 << 20);
  }

  Store(ObservedFileSystem disk, ValueLogOptions options, long readAheadBytes) throws IOException {
    this.disk = disk;
    disk.createDirectories(DIRECTORY);
    this.log =
        new ValueLog(
            disk,
            DIRECTORY,
            lastNumber::incrementAndGet,
            cache,
            budget,
            statistics,
            options,
            readAheadBytes,
            nanos::get);
  }

  /** Writes blocks with values of these lengths, in order, and finishes. */
  List<Written> write(Random random, int... lengths) throws IOException {
    return write(random, Compression.zstd(1), lengths);
  }

  List<Written> write(Random random, Compression compression, int... lengths) throws IOException {
    List<Written> written = new ArrayList<>();
    try (ValueWriter writer = log.newWriter(TABLE, compression, dictionary)) {
      for (int length : lengths) {
        written.add(add(writer, written.size(), values(random, length)));
      }
      writer.finish();
    }
    return written;
  }

  /** Adds a block of group "g" whose suffixes follow from {@code index}. */
  static Written add(ValueWriter writer, int index, byte[] values) throws IOException {
    ValueReference reference = new ValueReference();
    Slice first = suffix(index * 10);
    Slice last = suffix(index * 10 + 9);
    try (NativeBuffer memory = NativeBuffer.copyOf(MemorySegment.ofArray(values))) {
      writer.addBlock(
          Slice.utf8("g"), first, last, 10, index, memory.segment(), 0, values.length, reference);
    }
    return new Written(reference, Slice.of(values));
  }

  private static Slice suffix(int id) {
    return Slice.utf8(String.format(Locale.ROOT, "%08d", id));
  }

  /** Bytes that compress to about a half. */
  static byte[] values(Random random, int length) {
    byte[] values = new byte[length];
    for (int i = 0; i < length; i++) {
      values[i] = (byte) ('a' + random.nextInt(16));
    }
    return values;
  }

  /** A dictionary of such bytes. */
  static Dictionary someDictionary() {
    Random random = new Random(3);
    DictionaryTrainer trainer = new DictionaryTrainer(Dictionary.MIN_BYTES);
    byte[] words = values(random, 200);
    while (!trainer.isFull()) {
      trainer.add(Slice.of(words, random.nextInt(100), 50 + random.nextInt(50)));
    }
    return Objects.requireNonNull(trainer.train());
  }

  /** The values that {@code reference} leads to, with the buffer given back. */
  byte[] read(ValueReference reference, boolean cached) throws IOException {
    try (NativeBuffer values = log.read(reference, cached)) {
      return values.segment().toArray(ValueLayout.JAVA_BYTE);
    }
  }

  Path path(long number) {
    return DIRECTORY.resolve(log.fileName(number));
  }

  byte[] content(Path path) throws IOException {
    try (ReadableFile file = disk.open(path)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
      file.read(bytes, 0);
      return bytes.array();
    }
  }

  /** Puts {@code content} in the place of a file; what is open or cached of it is forgotten. */
  void replace(long number, byte[] content) throws IOException {
    log.forget(number);
    if (disk.exists(path(number))) {
      disk.delete(path(number));
    }
    try (WritableFile file = disk.create(path(number))) {
      file.write(ByteBuffer.wrap(content));
    }
  }

  static List<ValueReference> references(List<Written> blocks) {
    return blocks.stream().map(Written::reference).toList();
  }

  static long rawBytes(List<ValueFileMetadata> files) {
    return files.stream().mapToLong(ValueFileMetadata::rawBytes).sum();
  }

  @Override
  public void close() {
    log.close();
    cache.close();
  }
}
