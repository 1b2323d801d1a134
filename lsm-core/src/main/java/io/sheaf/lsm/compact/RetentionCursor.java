package io.sheaf.lsm.compact;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Entry;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.MergingCursor;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.key.SequenceNumber;
import io.sheaf.lsm.sstable.MergedRange;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks merged inputs in key order and shows only the entries that some reader can still see.
 *
 * <p>The snapshots cut the sequence numbers into stripes; of the versions of a key that lie in one
 * stripe only the newest can be seen. An entry is dropped when
 *
 * <ul>
 *   <li>a newer version of its key lies in the same stripe,
 *   <li>a newer range tombstone of the same stripe covers it,
 *   <li>it is a delete in the oldest stripe and no older run holds its key.
 * </ul>
 *
 * <p>A row that has expired counts as a delete, and is shown as one. It is not just dropped: an
 * older version of its key may have no write time, or expire later once the table keeps rows
 * longer, and would come back.
 *
 * <p>In the oldest run, entries of the oldest stripe get sequence number 0: no reader can tell, and
 * it takes no room. Only those keep theirs that are newer than what the run says it has replaced,
 * see {@link MergedRange}: who repairs a store without a manifest could not tell their age.
 *
 * <p><b>Thread safety.</b> One thread. <b>Ownership.</b> Closes its inputs.
 */
public final class RetentionCursor implements AutoCloseable {
  private final MergingCursor entries;
  private final Entry expired;
  private final RangeTombstones tombstones;
  private final long[] snapshots;
  private final boolean oldestRun;
  private final long expiredUpToMillis;
  private final @Nullable List<MergedRange> merged;

  private MemorySegment keyBytes = MemorySegment.ofArray(new byte[64]);
  private final Slice key = new Slice();
  private Entry survivor;
  private boolean started;
  private boolean hasKey;
  private int lastStripe;
  private int nextMerged;
  private long mergedSequence = SequenceNumber.MAX;
  private long rows;
  private long dropped;

  /** Survivors of {@code inputs}, which say nothing of what they replace. */
  public RetentionCursor(
      List<? extends InternalCursor> inputs,
      RangeTombstones tombstones,
      long[] snapshots,
      boolean oldestRun,
      long expiredUpToMillis) {
    this(inputs, tombstones, snapshots, oldestRun, expiredUpToMillis, null);
  }

  /**
   * Survivors of {@code inputs}.
   *
   * @param inputs newest first, each going forward over all keys
   * @param tombstones of all inputs
   * @param snapshots sequence numbers that readers hold, rising
   * @param oldestRun whether no older run holds a key of these ranges: deletes may go
   * @param expiredUpToMillis rows written at or before this time have expired; 0: none has
   * @param merged what the survivors replace, in key order; null: nothing is said of that
   */
  public RetentionCursor(
      List<? extends InternalCursor> inputs,
      RangeTombstones tombstones,
      long[] snapshots,
      boolean oldestRun,
      long expiredUpToMillis,
      @Nullable List<MergedRange> merged) {
    this.merged = merged;
    this.entries = new MergingCursor(inputs, false);
    this.expired = new ExpiredEntry(entries);
    this.survivor = entries;
    this.tombstones = tombstones;
    this.snapshots = snapshots.clone();
    this.oldestRun = oldestRun;
    this.expiredUpToMillis = expiredUpToMillis;
  }

  /** Moves to the next survivor; false at the end. */
  public boolean next() throws IOException {
    if (started) {
      entries.next();
    } else {
      started = true;
      entries.seekFirst();
    }
    while (entries.valid()) {
      rows++;
      if (survives()) {
        return true;
      }
      dropped++;
      entries.next();
    }
    return false;
  }

  /** The entry; valid until {@link #next}. */
  public Entry entry() {
    return survivor;
  }

  /** Sequence number to store for the entry. */
  public long sequence() {
    long sequence = entries.sequence();
    return oldestRun && sequence <= mergedSequence && stripe(sequence) == 0
        ? SequenceNumber.ZERO
        : sequence;
  }

  /** Entries read so far. */
  public long rows() {
    return rows;
  }

  /** Entries dropped so far. */
  public long dropped() {
    return dropped;
  }

  @Override
  public void close() {
    entries.close();
  }

  private boolean survives() {
    long sequence = entries.sequence();
    int stripe = stripe(sequence);
    Slice current = entries.key();
    boolean sameKey = hasKey && current.equals(key);
    if (!sameKey) {
      remember(current);
      if (merged != null) {
        mergedSequence = mergedUpTo(merged, current);
      }
    }
    boolean shadowed = sameKey && stripe == lastStripe;
    lastStripe = stripe;
    if (shadowed) {
      return false;
    }
    if (!tombstones.isEmpty()) {
      long newestOfStripe = stripe < snapshots.length ? snapshots[stripe] : SequenceNumber.MAX;
      if (tombstones.coveringSequence(current, newestOfStripe) > sequence) {
        return false;
      }
    }
    survivor = hasExpired() ? expired : entries;
    return survivor.kind() == EntryKind.PUT || !(oldestRun && stripe == 0);
  }

  /** Up to which sequence number all of a key is said to be here; keys rise. */
  private long mergedUpTo(List<MergedRange> ranges, Slice current) {
    while (nextMerged < ranges.size() && ranges.get(nextMerged).to().compareTo(current) <= 0) {
      nextMerged++;
    }
    return nextMerged < ranges.size() && ranges.get(nextMerged).from().compareTo(current) <= 0
        ? ranges.get(nextMerged).sequence()
        : SequenceNumber.ZERO;
  }

  private boolean hasExpired() {
    long time = entries.timeMillis();
    return time != 0 && time <= expiredUpToMillis;
  }

  /** Index of the oldest snapshot that sees {@code sequence}; their number when none does. */
  private int stripe(long sequence) {
    if (snapshots.length == 0 || sequence <= snapshots[0]) {
      return 0; // as nearly always
    }
    int index = Arrays.binarySearch(snapshots, sequence);
    return index >= 0 ? index : -index - 1;
  }

  private void remember(Slice current) {
    if (keyBytes.byteSize() < current.length()) {
      keyBytes = MemorySegment.ofArray(new byte[current.length() * 2]);
    }
    current.copyTo(keyBytes, 0);
    key.set(keyBytes, 0, current.length());
    hasKey = true;
  }
}
