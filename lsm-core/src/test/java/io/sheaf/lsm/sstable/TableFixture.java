package io.sheaf.lsm.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.DictionaryTrainer;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.cursor.ScanBounds.Direction;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.WritableFile;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What tests of tables stand on; checks when closed that nothing leaked. */
final class TableFixture implements AutoCloseable {
  static final long NUMBER = 7;
  static final Path DIRECTORY = Path.of("/store");
  static final Path FILE = DIRECTORY.resolve(FileNames.of(FileKind.SSTABLE, NUMBER));

  final FileSystem files = new MemoryFileSystem();
  final MemoryBudget budget;
  final Statistics statistics = new Statistics();
  final BlockCache cache;
  final MapValueStore values = new MapValueStore();
  @Nullable Dictionary dictionary;

  TableFixture() throws IOException {
    this(64 << 20);
  }

  TableFixture(long budgetBytes) throws IOException {
    files.createDirectories(DIRECTORY);
    budget = new MemoryBudget(budgetBytes);
    cache = new BlockCache(budget, statistics);
  }

  TableBuilder builder(PrefixExtractor extractor, int blockBytes, boolean keepsTimes)
      throws IOException {
    return builder(extractor, Compression.zstd(1), blockBytes, keepsTimes);
  }

  TableBuilder builder(
      PrefixExtractor extractor, Compression compression, int blockBytes, boolean keepsTimes)
      throws IOException {
    return new TableBuilder(
        files, FILE, NUMBER, 3, table(extractor), compression, dictionary, blockBytes, keepsTimes);
  }

  /** A table with this prefix rule. */
  static TableDescriptor table(PrefixExtractor extractor) {
    return new TableDescriptor(5, "rows", TableOptions.DEFAULT.withPrefix(extractor));
  }

  /** A dictionary that has little to do with the data. */
  static Dictionary someDictionary() {
    DictionaryTrainer trainer = new DictionaryTrainer(Dictionary.MIN_BYTES);
    for (int i = 0; !trainer.isFull(); i++) {
      trainer.add(Slice.utf8("value number " + i * 7919 + " of somebody"));
    }
    return Objects.requireNonNull(trainer.train());
  }

  TableReader open() throws IOException {
    return TableReader.open(files, FILE, NUMBER, cache, budget, values, statistics);
  }

  byte[] bytes() throws IOException {
    try (ReadableFile file = files.open(FILE)) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
      assertEquals(bytes.capacity(), file.read(bytes, 0));
      return bytes.array();
    }
  }

  void replace(byte[] bytes, int length) throws IOException {
    files.delete(FILE);
    try (WritableFile file = files.create(FILE)) {
      file.write(ByteBuffer.wrap(bytes, 0, length));
      file.sync();
    }
  }

  /** The first {@code length} bytes of a key are its prefix; all of a shorter one. */
  static PrefixExtractor fixed(int length) {
    return new PrefixExtractor() {
      @Override
      public int prefixLength(Slice key) {
        return Math.min(length, key.length());
      }

      @Override
      public String name() {
        return "fixed:" + length;
      }
    };
  }

  /** A prefix of 8 bytes and a suffix of 8 bytes, big-endian. */
  static byte[] key(long prefix, long suffix) {
    return ByteBuffer.allocate(16)
        .order(ByteOrder.BIG_ENDIAN)
        .putLong(prefix)
        .putLong(suffix)
        .array();
  }

  static ScanBounds forward(@Nullable Slice lower, @Nullable Slice upper, long limitRows) {
    return new ScanBounds(Direction.FORWARD, lower, upper, limitRows, true);
  }

  static ScanBounds reverse(@Nullable Slice lower, @Nullable Slice upper, long limitRows) {
    return new ScanBounds(Direction.REVERSE, lower, upper, limitRows, true);
  }

  @Override
  public void close() {
    cache.close();
    assertEquals(0, budget.usedBytes(), "memory still charged");
    for (NativeBuffer value : values.handedOut) {
      assertEquals(0, value.references(), "value block leaked");
    }
  }
}
