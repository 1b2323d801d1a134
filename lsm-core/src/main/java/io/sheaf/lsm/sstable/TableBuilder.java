package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.version.FileMetadata;
import java.io.IOException;
import java.nio.file.Path;

/** Skeleton: to be written. Writes an SSTable. */
@SuppressWarnings("DoNotCallSuggester")
public final class TableBuilder implements AutoCloseable {
  public TableBuilder(
      FileSystem fileSystem,
      Path file,
      long fileNumber,
      int level,
      PrefixExtractor extractor,
      Compression compression,
      int blockBytes,
      boolean keepsTimes)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Appends an entry with its value inside. Keys rise; versions of a key newest first. */
  public void add(Slice key, long sequence, EntryKind kind, long timeMillis, Slice value)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Appends a PUT whose value lies in a value block. */
  public void addReference(Slice key, long sequence, long timeMillis, ValueReference reference)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** In any order, before finish. */
  public void addRangeTombstone(RangeTombstone tombstone) {
    throw new UnsupportedOperationException();
  }

  public long entries() {
    throw new UnsupportedOperationException();
  }

  /** Size the file would have now, roughly. */
  public long estimatedBytes() {
    throw new UnsupportedOperationException();
  }

  /** Completes the file and makes its content durable (the directory is the caller's). */
  public FileMetadata finish() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Without finish: deletes what was written. */
  @Override
  public void close() throws IOException {
    throw new UnsupportedOperationException();
  }
}
