package io.sheaf.lsm.compact;

import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Skeleton: to be written. Writes a sorted run: SSTables, and value blocks where a group asks. */
@SuppressWarnings("DoNotCallSuggester")
public final class RunBuilder implements AutoCloseable {
  private RunBuilder() {}

  /** Values in these value files are written anew instead of being referred to. */
  public void evacuate(Set<Long> valueFiles) {
    throw new UnsupportedOperationException();
  }

  /** Appends the entry that {@code cursor} stands on, with this sequence number. */
  public void add(InternalCursor cursor, long sequence) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Before the first entry. */
  public void addRangeTombstone(RangeTombstone tombstone) {
    throw new UnsupportedOperationException();
  }

  /** Completes all files and makes them and their directory entries durable. */
  public Result finish() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Without finish: deletes what was written. */
  @Override
  public void close() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** What was written. */
  public record Result(
      List<FileMetadata> files,
      List<ValueFileMetadata> valueFiles,
      long rows,
      long separatedRows,
      long rawValueBytes,
      long rawSeparatedBytes) {}
}
