package io.sheaf.compaction;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.CompactionHost;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.key.SequenceNumber;
import io.sheaf.lsm.sstable.MergedRange;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.PinnedVersion;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the output of a merge has replaced, see {@link MergedRange}.
 *
 * <p>What its inputs say they have replaced, the output has too. A merge into the oldest run also
 * holds all of its keys that is older than every snapshot and than what newer runs hold of them:
 * where a file of a newer run lies, all below its lowest sequence number. A file with rows that
 * have given up their numbers does not tell how old they are: nothing new is said where it lies,
 * and what was said of keys that none of the inputs has is left to it.
 *
 * <p><b>Thread safety.</b> None: made for one merge.
 */
final class Replaced {
  private final long sequence;
  private final KeyRange keys;
  private final RangeTombstones inputs;
  private final RangeTombstones inherited;

  /** Other files, with what they leave of {@link #sequence}, counted down from the highest. */
  private final RangeTombstones others;

  private Replaced(
      long sequence,
      KeyRange keys,
      RangeTombstones inputs,
      RangeTombstones inherited,
      RangeTombstones others) {
    this.sequence = sequence;
    this.keys = keys;
    this.inputs = inputs;
    this.inherited = inherited;
    this.others = others;
  }

  /**
   * What {@code merge} replaces, in key order, no range overlapping another.
   *
   * @param snapshots sequence numbers that readers hold, rising
   */
  static List<MergedRange> by(Compaction.Merge merge, CompactionHost host, long[] snapshots)
      throws IOException {
    List<RangeTombstone> inherited = new ArrayList<>();
    List<RangeTombstone> inputs = new ArrayList<>();
    long sequence = 0;
    for (FileMetadata file : merge.files()) {
      inputs.add(bounds(file, 1));
      sequence = Math.max(sequence, file.largestSequence());
      for (MergedRange before : host.reader(file).properties().merged()) {
        sequence = Math.max(sequence, before.sequence());
        inherited.add(before.asTombstone());
      }
    }
    if (snapshots.length > 0) {
      sequence = Math.min(sequence, snapshots[0]);
    }
    KeyRange keys = KeyRange.around(merge.files());
    KeyRange all = keys;
    for (RangeTombstone range : inherited) {
      all = all.with(new KeyRange(range.start(), range.end()));
    }
    return new Replaced(
            merge.oldestRun() ? sequence : 0,
            keys,
            RangeTombstones.of(inputs),
            RangeTombstones.of(inherited),
            RangeTombstones.of(others(merge, host, all)))
        .ranges();
  }

  /** Files between these keys that are not merged; of several over a key the oldest is highest. */
  private static List<RangeTombstone> others(
      Compaction.Merge merge, CompactionHost host, KeyRange keys) {
    Set<Long> inputs = new HashSet<>();
    merge.files().forEach(file -> inputs.add(file.number()));
    List<RangeTombstone> others = new ArrayList<>();
    try (PinnedVersion pin = host.pinVersion()) {
      TableState table = pin.version().table(merge.table().id());
      if (table != null) { // else it was dropped, and nothing will come of the merge
        for (Run run : table.runs()) {
          for (FileMetadata file : keys.overlapping(run)) {
            if (!inputs.contains(file.number())) {
              others.add(bounds(file, SequenceNumber.MAX - file.smallestSequence()));
            }
          }
        }
      }
    }
    return others;
  }

  private static RangeTombstone bounds(FileMetadata file, long sequence) {
    return new RangeTombstone(file.smallestKey(), behind(file.largestKey()), sequence);
  }

  private List<MergedRange> ranges() {
    TreeSet<Slice> cuts = new TreeSet<>();
    cuts.add(keys.smallest());
    cuts.add(behind(keys.largest()));
    for (RangeTombstones known : List.of(inputs, inherited, others)) {
      for (RangeTombstone range : known.tombstones()) {
        cuts.add(range.start());
        cuts.add(range.end());
      }
    }
    List<MergedRange> ranges = new ArrayList<>();
    Slice from = cuts.first();
    for (Slice to : cuts.tailSet(from, false)) {
      long upTo = Math.max(inheritedAt(from), foundAt(from));
      MergedRange last = ranges.isEmpty() ? null : ranges.getLast();
      if (last != null && last.sequence() == upTo && last.to().equals(from)) {
        ranges.set(ranges.size() - 1, new MergedRange(upTo, last.from(), to));
      } else if (upTo > 0) {
        ranges.add(new MergedRange(upTo, from, to));
      }
      from = to;
    }
    return List.copyOf(ranges);
  }

  /** Up to where inputs say that they hold all of a key, 0: nowhere. */
  private long inheritedAt(Slice key) {
    boolean another = highest(others, key) == SequenceNumber.MAX;
    return another && highest(inputs, key) == 0 ? 0 : highest(inherited, key);
  }

  /** Up to where this merge holds all of a key, below 1: nowhere. */
  private long foundAt(Slice key) {
    if (key.compareTo(keys.smallest()) < 0 || key.compareTo(keys.largest()) > 0) {
      return 0;
    }
    long over = highest(others, key);
    return over == 0 ? sequence : Math.min(sequence, SequenceNumber.MAX - over - 1);
  }

  private static long highest(RangeTombstones ranges, Slice key) {
    return ranges.coveringSequence(key, SequenceNumber.MAX);
  }

  /** The first key above {@code key}. */
  private static Slice behind(Slice key) {
    byte[] bytes = new byte[key.length() + 1];
    key.copyTo(bytes, 0);
    return Slice.of(bytes);
  }
}
