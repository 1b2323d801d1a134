package io.sheaf.lsm.sstable;

import io.sheaf.lsm.cache.BlockCache;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ValueStore;
import java.io.IOException;
import java.nio.file.Path;

/** Skeleton: to be written. Reads an SSTable. */
@SuppressWarnings("DoNotCallSuggester")
public final class TableReader implements AutoCloseable {
  private TableReader() {}

  public static TableReader open(
      FileSystem fileSystem,
      Path file,
      long fileNumber,
      PrefixExtractor extractor,
      BlockCache cache,
      MemoryBudget budget,
      ValueStore values,
      Statistics statistics)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** False: no entry has this prefix (or this whole key). Reads nothing from the device. */
  public boolean mayContainPrefix(Slice prefix) {
    throw new UnsupportedOperationException();
  }

  /** Newest version of key up to snapshot; range tombstones are not looked at. */
  public boolean get(Slice key, long snapshot, PointResult into) throws IOException {
    throw new UnsupportedOperationException();
  }

  public InternalCursor cursor(ScanBounds bounds) {
    throw new UnsupportedOperationException();
  }

  /**
   * Whether the file was written with this prefix rule: its suffix bounds and prefix filter hold.
   */
  public boolean groupedBy(PrefixExtractor extractor) {
    throw new UnsupportedOperationException();
  }

  public RangeTombstones rangeTombstones() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
