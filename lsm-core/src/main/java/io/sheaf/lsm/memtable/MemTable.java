package io.sheaf.lsm.memtable;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes of one table that are not yet in an SSTable, in key order, off the heap.
 *
 * <p><b>Thread safety.</b> One writer at a time (the leader of a write group), any number of
 * readers beside it, which take no lock. A reader sees every entry that was added before it
 * obtained the sequence number it reads at; newer ones it may see and must skip.
 *
 * <p><b>Ownership.</b> Copies keys and values in. The memory lives until {@link #close}, which the
 * owner calls when no reader is left; until then views of it stay valid. Use after close throws.
 */
public interface MemTable extends AutoCloseable {
  /**
   * Adds an entry.
   *
   * @param sequence higher than that of every entry before it
   * @param timeMillis write time; kept only where the table was made to keep times
   * @param value empty for a delete
   * @throws OutOfMemoryError when there is no memory; nothing was added then
   */
  void add(long sequence, EntryKind kind, long timeMillis, Slice key, Slice value);

  /**
   * Finds the newest version of {@code key} with a sequence number up to {@code snapshot}.
   *
   * @return whether there is one; {@code into} holds it then
   */
  boolean get(Slice key, long snapshot, PointResult into);

  /**
   * A cursor over all entries. One that was added after the cursor was positioned may be shown or
   * missing; it is there when the cursor is positioned again.
   */
  InternalCursor cursor(ScanBounds bounds);

  /**
   * The same, made of a cursor that is closed where that is one of this kind, so that little
   * garbage is made.
   *
   * @param used null: there is none
   */
  default InternalCursor cursor(ScanBounds bounds, @Nullable InternalCursor used) {
    return cursor(bounds);
  }

  /**
   * Keys that cut the entries into parts of about the same size, for who works on them side by
   * side. They rise, and none lies inside a group.
   *
   * @param parts number of parts wanted, 1 or more
   * @return up to {@code parts - 1} keys; none where the memtable cannot tell
   */
  default List<Slice> splitKeys(int parts) {
    return List.of();
  }

  /** Number of entries. */
  long entries();

  /** Bytes of keys and values added. */
  long dataBytes();

  /** Memory taken off the heap, in bytes, unused parts of chunks included. */
  long memoryBytes();

  @Override
  void close();

  /** Makes memtables: the seam by which a store chooses one. */
  @FunctionalInterface
  interface Factory {
    /**
     * An empty memtable.
     *
     * @param extractor how the table's keys split
     * @param keepsTimes whether entries keep their write time
     * @param chunks where its memory comes from, and goes when it is closed
     */
    MemTable create(PrefixExtractor extractor, boolean keepsTimes, ChunkPool chunks);
  }
}
