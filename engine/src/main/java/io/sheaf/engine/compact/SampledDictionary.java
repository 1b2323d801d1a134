package io.sheaf.engine.compact;

import io.sheaf.lsm.coding.Compression.Codec;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.DictionaryTrainer;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.sstable.TableReader;
import io.sheaf.lsm.version.FileMetadata;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Learns a table's dictionary from rows at many places of all its files. */
final class SampledDictionary {
  /** Places of a table that are looked at. */
  private static final int PLACES = 512;

  /** Data for each byte of a dictionary from which on it pays. */
  private static final int LEAST_DATA_FACTOR = 64;

  private SampledDictionary() {}

  /** The dictionary; null where none is wanted, or it would not pay. */
  static @Nullable Dictionary learn(TablePlan plan, SourceFiles readers) throws IOException {
    int wanted = plan.written().dictionaryBytes();
    if (wanted == 0
        || plan.compression().codec() != Codec.ZSTD
        || plan.userBytes() < (long) wanted * LEAST_DATA_FACTOR) {
      return null;
    }
    List<FileMetadata> files = plan.files();
    long blocks = 0;
    for (FileMetadata file : files) {
      blocks += readers.reader(file).dataBlocks();
    }
    int places = (int) Math.min(PLACES, blocks);
    long bytesOfPlace = (long) wanted * DictionaryTrainer.SAMPLE_FACTOR / Math.max(1, places);
    DictionaryTrainer trainer = new DictionaryTrainer(wanted);
    long passed = 0;
    long taken = 0;
    for (FileMetadata file : files) {
      TableReader reader = readers.reader(file);
      for (int block = 0; block < reader.dataBlocks(); block++, passed++) {
        if (passed >= taken * blocks / places && !trainer.isFull()) {
          taken++;
          sample(reader, block, bytesOfPlace, trainer);
        }
      }
    }
    return trainer.train();
  }

  private static void sample(TableReader reader, int block, long bytes, DictionaryTrainer trainer)
      throws IOException {
    ScanBounds bounds =
        new ScanBounds(
            ScanBounds.Direction.FORWARD, reader.lowerBound(block), null, bytes / 64 + 1, false);
    long left = bytes;
    try (InternalCursor row = reader.cursor(bounds)) {
      for (row.seekFirst(); row.valid() && left > 0; row.next()) {
        if (row.kind() == EntryKind.PUT) {
          left -= row.valueLength();
          trainer.add(row.value());
        }
      }
    }
  }
}
