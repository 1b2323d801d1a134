package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.FileMetadata.ValueShare;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Sums up what goes into a table, for its {@link FileMetadata}.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> The creator closes it.
 */
final class TableTotals implements AutoCloseable {
  private final boolean keepsTimes;
  private final KeyCopy smallestSuffix = new KeyCopy();
  private final KeyCopy largestSuffix = new KeyCopy();
  private final ValueReference block = new ValueReference();
  private final TreeMap<Long, Share> shares = new TreeMap<>();
  private Share share = new Share();
  private Slice smallestKey = new Slice();
  private long entries;
  private long deletes;
  private long smallestSequence = Long.MAX_VALUE;
  private long largestSequence;
  private long oldestTimeMillis = Long.MAX_VALUE;
  private long newestTimeMillis;
  private long rawKeyBytes;
  private long inlineBytes;
  private long separatedRows;
  private long blockReferences;

  TableTotals(boolean keepsTimes) {
    this.keepsTimes = keepsTimes;
  }

  /** Counts a row with its value inside, or a delete. */
  void add(
      Slice key, Slice suffix, long sequence, EntryKind kind, long timeMillis, int valueLength) {
    add(key, suffix, sequence, timeMillis);
    switch (kind) {
      case DELETE -> deletes++;
      case PUT -> inlineBytes += valueLength;
    }
  }

  /** Counts a row with its value in a value block. */
  void add(Slice key, Slice suffix, long sequence, long timeMillis, ValueReference reference) {
    add(key, suffix, sequence, timeMillis);
    if (separatedRows == 0 || !block.sameBlock(reference)) {
      if (separatedRows == 0 || block.fileNumber != reference.fileNumber) {
        share = shares.computeIfAbsent(reference.fileNumber, file -> new Share());
      }
      block.set(reference);
      blockReferences++;
    }
    separatedRows++;
    share.rows++;
    share.rawBytes += reference.valueLength;
  }

  private void add(Slice key, Slice suffix, long sequence, long timeMillis) {
    if (entries++ == 0) {
      smallestKey = Slice.copyOf(key);
      smallestSuffix.set(suffix);
      largestSuffix.set(suffix);
    } else if (suffix.compareTo(largestSuffix.get()) > 0) {
      largestSuffix.set(suffix);
    } else if (suffix.compareTo(smallestSuffix.get()) < 0) {
      smallestSuffix.set(suffix);
    }
    rawKeyBytes += key.length();
    smallestSequence = Math.min(smallestSequence, sequence);
    largestSequence = Math.max(largestSequence, sequence);
    oldestTimeMillis = Math.min(oldestTimeMillis, timeMillis);
    newestTimeMillis = Math.max(newestTimeMillis, timeMillis);
  }

  /** Number of rows counted. */
  long entries() {
    return entries;
  }

  /** What is known of the table: of the rows, of which {@code lastKey} is the last, and these. */
  FileMetadata metadata(
      long fileNumber, int level, long fileBytes, Slice lastKey, List<RangeTombstone> tombstones) {
    boolean none = entries == 0;
    Slice smallest = none ? tombstones.get(0).start() : smallestKey;
    Slice largest = none ? tombstones.get(0).end() : Slice.copyOf(lastKey);
    for (RangeTombstone tombstone : tombstones) {
      smallest = tombstone.start().compareTo(smallest) < 0 ? tombstone.start() : smallest;
      largest = tombstone.end().compareTo(largest) > 0 ? tombstone.end() : largest;
      smallestSequence = Math.min(smallestSequence, tombstone.sequence());
      largestSequence = Math.max(largestSequence, tombstone.sequence());
    }
    List<ValueShare> valueShares = new ArrayList<>(shares.size());
    shares.forEach((file, sum) -> valueShares.add(new ValueShare(file, sum.rawBytes, sum.rows)));
    return new FileMetadata(
        fileNumber,
        level,
        fileBytes,
        entries,
        deletes,
        tombstones.size(),
        smallest,
        largest,
        Slice.copyOf(smallestSuffix.get()),
        Slice.copyOf(largestSuffix.get()),
        smallestSequence,
        largestSequence,
        keepsTimes && !none ? oldestTimeMillis : 0,
        keepsTimes ? newestTimeMillis : 0,
        rawKeyBytes,
        inlineBytes,
        separatedRows,
        blockReferences,
        valueShares);
  }

  @Override
  public void close() {
    smallestSuffix.close();
    largestSuffix.close();
  }

  private static final class Share {
    private long rawBytes;
    private long rows;
  }
}
