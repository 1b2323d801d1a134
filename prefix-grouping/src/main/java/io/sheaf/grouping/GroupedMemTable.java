package io.sheaf.grouping;

import io.sheaf.lsm.coding.Hash64;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.memtable.ChunkPool;
import io.sheaf.lsm.memtable.MemTable;
import io.sheaf.lsm.memtable.SkipListMemTable;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A memtable made for groups of rows whose suffixes rise: the messages of a conversation, the queue
 * of a user.
 *
 * <p>A hash table finds the group of a prefix, and a row whose suffix is larger than all of its
 * group, or the largest once more, is appended there: both in O(1), without a look at other groups.
 * Each prefix is kept once. So a row that counts, and is overwritten again and again, is found by a
 * hash, too. What does not go to the end of its group (updates and deletes of other keys, suffixes
 * out of order) and what is too large for the packed rows goes to an overflow, a {@link
 * SkipListMemTable}, and is merged on reading for the groups concerned. So the worst case, one
 * group in random order, is that of the skip list: O(log n). The order of groups is made when a
 * reader asks for it, see {@link GroupOrder}.
 *
 * <p><b>Memory.</b> Rows, prefixes and indexes are off the heap. On the heap are the slots of the
 * hash table, which {@link #memoryBytes} counts, and, once somebody has gone from one group to the
 * next, four bytes for each group.
 *
 * <p><b>Publication.</b> The writer's steps for an entry, each release after all plain writes that
 * it makes visible:
 *
 * <ol>
 *   <li>a new group: written, linked as the newest (release), put into the hash table (release);
 *   <li>a row in order: row, slot and index block written, then the group's number of rows
 *       (release);
 *   <li>any other entry: put into the overflow (release of its lowest link), then the group is
 *       marked (release).
 * </ol>
 *
 * The store publishes the sequence number after {@link #add} returns, so a reader at that number
 * acquires all of it. A reader that comes in between sees a group without rows, or a newer row that
 * it skips. Nothing that was published is changed or moved.
 *
 * <p><b>Thread safety.</b> See {@link MemTable}. <b>Ownership.</b> Closed by its creator; use after
 * close throws {@link ClosedException}.
 */
public final class GroupedMemTable implements MemTable {
  private final PrefixExtractor extractor;
  private final boolean keepsTimes;
  private final ChunkPool chunks;
  private final Groups groups;
  private final PrefixTable prefixes;
  private final GroupOrder order;
  private final AtomicLong entries = new AtomicLong();
  private final AtomicLong dataBytes = new AtomicLong();
  private volatile @Nullable SkipListMemTable overflow;
  private volatile boolean closed;

  /**
   * An empty memtable.
   *
   * @param extractor how keys split
   * @param keepsTimes whether entries keep their write time
   * @param chunks where its memory comes from
   */
  public GroupedMemTable(PrefixExtractor extractor, boolean keepsTimes, ChunkPool chunks) {
    this.extractor = extractor;
    this.keepsTimes = keepsTimes;
    this.chunks = chunks;
    groups = new Groups(keepsTimes, chunks);
    prefixes = new PrefixTable(groups);
    order = new GroupOrder(groups);
  }

  @Override
  public void add(long sequence, EntryKind kind, long timeMillis, Slice key, Slice value) {
    checkOpen();
    int prefixLength = extractor.prefixLength(key);
    long hash = Hash64.of(key.segment(), key.offset(), prefixLength);
    int group = prefixes.find(hash, key, prefixLength);
    if (group == 0) {
      group = groups.create(key, prefixLength);
      prefixes.add(hash, group);
    }
    if (!groups.append(group, sequence, kind, timeMillis, key, value)) {
      SkipListMemTable others = overflow;
      if (others == null) {
        others = new SkipListMemTable(keepsTimes, chunks);
        overflow = others;
      }
      others.add(sequence, kind, timeMillis, key, value);
      groups.markOverflowed(group);
    }
    entries.setRelease(entries.getPlain() + 1);
    dataBytes.setRelease(dataBytes.getPlain() + key.length() + value.length());
  }

  @Override
  public boolean get(Slice key, long snapshot, PointResult into) {
    checkOpen();
    int prefixLength = extractor.prefixLength(key);
    int group = find(key, prefixLength);
    if (group == 0) {
      return false;
    }
    int state = groups.state(group);
    SkipListMemTable others = overflow;
    boolean found = Groups.overflowed(state) && others != null && others.get(key, snapshot, into);
    int rows = Groups.rows(state);
    int ordinal = groups.find(group, rows, key, snapshot);
    if (ordinal < 0) {
      return found;
    }
    int row = groups.rowAt(group, ordinal);
    long meta = groups.meta(row);
    long sequence = groups.sequence(meta);
    if (found && sequence < into.sequence()) {
      return found;
    }
    into.found(
        Groups.kind(meta),
        sequence,
        groups.timeMillis(row),
        groups.rowSegment(row),
        groups.suffixOffset(row) + Groups.suffixLength(meta),
        Groups.valueLength(meta));
    return true;
  }

  @Override
  public InternalCursor cursor(ScanBounds bounds) {
    checkOpen();
    return new GroupedCursor(this, groups, order, extractor, bounds);
  }

  @Override
  public InternalCursor cursor(ScanBounds bounds, @Nullable InternalCursor used) {
    if (!(used instanceof GroupedCursor cursor)) {
      return cursor(bounds);
    }
    checkOpen();
    cursor.open(this, groups, order, extractor, bounds);
    return cursor;
  }

  @Override
  public List<Slice> splitKeys(int parts) {
    checkOpen();
    return order.splits(parts);
  }

  /** The group whose prefix is the first bytes of {@code key}; 0: none. */
  int find(Slice key, int prefixLength) {
    return prefixes.find(Hash64.of(key.segment(), key.offset(), prefixLength), key, prefixLength);
  }

  /** The entries that are not in their groups; null: there are none. */
  @Nullable SkipListMemTable overflow() {
    return overflow;
  }

  @Override
  public long entries() {
    return entries.getAcquire();
  }

  @Override
  public long dataBytes() {
    return dataBytes.getAcquire();
  }

  /** Memory taken, in bytes: off the heap, and the slots of the hash table on it. */
  @Override
  public long memoryBytes() {
    SkipListMemTable others = overflow;
    return closed
        ? 0
        : groups.memoryBytes()
            + prefixes.memoryBytes()
            + (others == null ? 0 : others.memoryBytes());
  }

  /** The part of {@link #memoryBytes} that is on the heap. */
  long heapBytes() {
    return prefixes.memoryBytes();
  }

  /** Number of groups that have been put in order so far. */
  int groupsInOrder() {
    return order.size();
  }

  /**
   * @throws ClosedException when the memtable is closed
   */
  void checkOpen() {
    if (closed) {
      throw new ClosedException("memtable");
    }
  }

  @Override
  public void close() {
    closed = true;
    groups.close();
    prefixes.clear();
    order.clear();
    SkipListMemTable others = overflow;
    if (others != null) {
      others.close();
    }
  }
}
