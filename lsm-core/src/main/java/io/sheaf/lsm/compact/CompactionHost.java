package io.sheaf.lsm.compact;

import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.sstable.TableReader;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.PinnedVersion;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.VersionEdit;
import java.io.IOException;

/**
 * What an open store offers to who compacts it.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public interface CompactionHost {
  /** The current version, whose files stay until the pin is closed. */
  PinnedVersion pinVersion();

  /** Makes a change of files durable in the manifest and shows it to readers. */
  void apply(VersionEdit edit) throws IOException;

  /** The reader of a file of a pinned version; it stays open while the version is pinned. */
  TableReader reader(FileMetadata file) throws IOException;

  /**
   * A builder of SSTables and value files.
   *
   * @param table the table written to
   * @param level level of the files
   * @param oldestRun whether the result becomes the oldest run (decides the compression)
   */
  RunBuilder newRunBuilder(TableDescriptor table, int level, boolean oldestRun) throws IOException;

  /**
   * Sequence numbers at which readers look, rising: of the snapshots that are held and of the
   * present, at which one may be taken at any moment. A version that was pinned before may hold
   * rows of higher ones: files that are ingested are in it before their sequence number is visible.
   */
  long[] snapshots();

  /** The highest sequence number that is visible. */
  long lastSequence();

  /** The store's clock, milliseconds since the epoch. */
  long nowMillis();

  /** The separated values. */
  ValueStore valueStore();

  /** The door to the disk. */
  FileSystem fileSystem();

  /** Directory of the store. */
  java.nio.file.Path directory();

  /** The store's counters. */
  Statistics statistics();

  /** Bytes of the device that compaction leaves free, for flushes. */
  long keptFreeBytes();

  /**
   * Deletes a file that is kept for convenience, because there is no room for what must be done.
   *
   * @return false when there is none
   */
  boolean giveUpRoom();

  /** Limits that the user set. */
  CompactionLimits limits();

  /** Tells the store that a job failed: it turns read-only with this cause. */
  void failed(Throwable cause);
}
