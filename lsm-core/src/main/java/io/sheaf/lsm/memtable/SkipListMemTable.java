package io.sheaf.lsm.memtable;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.key.EntryKind;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The default memtable: one skip list over whole keys, which serves every order of writes alike.
 * The layout and the rules of publication are those of {@code SkipList}.
 *
 * <p>An entry costs about 27 bytes beside its key and value, 35 where times are kept. Adding and
 * seeking take O(log n) comparisons; adding in key order takes O(1); a step either way follows one
 * link.
 *
 * <p><b>Thread safety.</b> See {@link MemTable}. <b>Ownership.</b> Closed by its creator; use after
 * close throws {@link ClosedException}.
 */
public final class SkipListMemTable implements MemTable {
  /** Makes skip lists, whatever the rule for prefixes. */
  public static final Factory FACTORY =
      (extractor, keepsTimes, chunks) -> new SkipListMemTable(keepsTimes, chunks);

  private final SkipList list;
  private final AtomicLong entries = new AtomicLong();
  private final AtomicLong dataBytes = new AtomicLong();
  private volatile boolean closed;

  /**
   * An empty memtable.
   *
   * @param keepsTimes whether entries keep their write time
   * @param chunks where its memory comes from
   */
  public SkipListMemTable(boolean keepsTimes, ChunkPool chunks) {
    list = new SkipList(keepsTimes, chunks);
  }

  @Override
  public void add(long sequence, EntryKind kind, long timeMillis, Slice key, Slice value) {
    checkOpen();
    list.insert(sequence, kind, timeMillis, key, value);
    entries.setRelease(entries.getPlain() + 1);
    dataBytes.setRelease(dataBytes.getPlain() + key.length() + value.length());
  }

  @Override
  public boolean get(Slice key, long snapshot, PointResult into) {
    checkOpen();
    int node = list.firstFrom(key, snapshot);
    if (node == 0 || !list.hasKey(node, key)) {
      return false;
    }
    Slice value = new Slice();
    list.value(node, value);
    into.found(list.kind(node), list.sequence(node), list.timeMillis(node), value, null);
    return true;
  }

  @Override
  public InternalCursor cursor(ScanBounds bounds) {
    checkOpen();
    return new SkipListCursor(this, list, bounds);
  }

  @Override
  public long entries() {
    return entries.getAcquire();
  }

  @Override
  public long dataBytes() {
    return dataBytes.getAcquire();
  }

  @Override
  public long memoryBytes() {
    return list.memoryBytes();
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
    list.close();
  }
}
