package io.sheaf.engine.compact;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.sstable.TableReader;
import io.sheaf.lsm.version.FileMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Cuts a table into ranges of keys that are merged one by one: between groups, so that no group is
 * packed in two halves. The indexes of the files tell how much lies where.
 */
final class RangeCuts {
  /** Most blocks that are looked at; of more, only every n-th. */
  private static final int MOST_SAMPLES = 100_000;

  private RangeCuts() {}

  /**
   * Keys at which ranges begin, rising; the first begins before all keys.
   *
   * @param rangeBytes bytes of keys and values in a range, about
   */
  static List<Slice> of(
      List<FileMetadata> files, SourceFiles readers, PrefixExtractor prefix, long rangeBytes) {
    long blocks = 0;
    for (FileMetadata file : files) {
      blocks += readers.reader(file).dataBlocks();
    }
    int step = (int) (blocks / MOST_SAMPLES + 1);
    TreeMap<Slice, Long> weights = new TreeMap<>();
    for (FileMetadata file : files) {
      TableReader reader = readers.reader(file);
      long weight = TablePlan.userBytes(file) / Math.max(1, reader.dataBlocks());
      for (int block = 0; block < reader.dataBlocks(); block += step) {
        Slice bound = reader.lowerBound(block);
        Slice begin = Slice.copyOf(new Slice().set(bound, 0, prefix.prefixLength(bound)));
        weights.merge(begin, weight * step, Long::sum);
      }
    }
    List<Slice> cuts = new ArrayList<>();
    long open = 0;
    for (var each : weights.entrySet()) {
      if (open >= rangeBytes) {
        cuts.add(each.getKey());
        open = 0;
      }
      open += each.getValue();
    }
    return cuts;
  }
}
