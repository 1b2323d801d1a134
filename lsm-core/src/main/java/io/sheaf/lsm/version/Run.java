package io.sheaf.lsm.version;

import io.sheaf.lsm.coding.Slice;
import java.util.List;

/**
 * SSTables whose key ranges do not overlap, in key order: what one flush or one merge wrote. Of the
 * runs of a table, the one with the higher id holds the newer rows wherever their ranges overlap.
 *
 * @param id the higher, the newer; a merge of neighbouring runs takes the id of the oldest of them
 * @param files in rising order of keys
 */
public record Run(long id, List<FileMetadata> files) {
  /** Checks that ranges do not overlap. */
  public Run {
    files = List.copyOf(files);
    for (int i = 1; i < files.size(); i++) {
      FileMetadata left = files.get(i - 1);
      FileMetadata right = files.get(i);
      if (left.largestKey().compareTo(right.smallestKey()) > 0) {
        throw new IllegalArgumentException(
            "files " + left.number() + " and " + right.number() + " of run " + id + " overlap");
      }
    }
  }

  /** Bytes of the files. */
  public long sizeBytes() {
    long sum = 0;
    for (FileMetadata file : files) {
      sum += file.sizeBytes();
    }
    return sum;
  }

  /** Level of the run: the highest of its files. */
  public int level() {
    int level = 0;
    for (FileMetadata file : files) {
      level = Math.max(level, file.level());
    }
    return level;
  }

  /**
   * Index of the first file whose largest key is not below {@code key}; the size if there is none.
   */
  public int firstNotBelow(Slice key) {
    int low = 0;
    int high = files.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (files.get(middle).largestKey().compareTo(key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
