package io.sheaf.lsm.sstable;

import io.sheaf.lsm.version.FileMetadata;
import java.io.IOException;

/** Gives the open reader of an SSTable. */
@FunctionalInterface
public interface TableSource {
  /** The reader; it stays open as long as the version that has the file is pinned. */
  TableReader reader(FileMetadata file) throws IOException;
}
