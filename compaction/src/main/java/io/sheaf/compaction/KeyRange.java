package io.sheaf.compaction;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;

/**
 * Keys from {@code smallest} to {@code largest}, both inside.
 *
 * <p><b>Ownership.</b> The slices lie on the heap and are never re-pointed.
 */
record KeyRange(Slice smallest, Slice largest) {
  static KeyRange of(FileMetadata file) {
    return new KeyRange(file.smallestKey(), file.largestKey());
  }

  /** The narrowest range around all of {@code files}, of which there is at least one. */
  static KeyRange around(Collection<FileMetadata> files) {
    Iterator<FileMetadata> rest = files.iterator();
    KeyRange range = of(rest.next());
    while (rest.hasNext()) {
      range = range.with(of(rest.next()));
    }
    return range;
  }

  boolean overlaps(KeyRange other) {
    return smallest.compareTo(other.largest) <= 0 && other.smallest.compareTo(largest) <= 0;
  }

  boolean overlaps(FileMetadata file) {
    return smallest.compareTo(file.largestKey()) <= 0 && file.smallestKey().compareTo(largest) <= 0;
  }

  /** The files of {@code run} that have keys in the range, perhaps. */
  List<FileMetadata> overlapping(Run run) {
    List<FileMetadata> files = run.files();
    int first = run.firstNotBelow(smallest);
    int end = first;
    while (end < files.size() && overlaps(files.get(end))) {
      end++;
    }
    return files.subList(first, end);
  }

  /** The narrowest range around both. */
  KeyRange with(KeyRange other) {
    return new KeyRange(
        smallest.compareTo(other.smallest) <= 0 ? smallest : other.smallest,
        largest.compareTo(other.largest) >= 0 ? largest : other.largest);
  }
}
