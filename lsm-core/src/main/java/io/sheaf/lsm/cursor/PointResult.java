package io.sheaf.lsm.cursor;

import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.EntryKind;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What a point read found in one layer: the newest version of a key that the reader may see. Reused
 * from layer to layer and from read to read.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> Holds a reference to the block that the value
 * lies in, until {@link #clear}, the next {@link #found} or {@link #close}.
 */
public final class PointResult implements AutoCloseable {
  private final Slice value = new Slice();
  private EntryKind kind = EntryKind.DELETE;
  private long sequence;
  private long timeMillis;
  private @Nullable NativeBuffer pinned;

  /** A result with nothing in it. */
  public PointResult() {}

  /**
   * Takes over what was found.
   *
   * @param value the value, copied as a view
   * @param pinned the buffer that keeps the view valid, whose reference passes to this result; null
   *     where the reader keeps the memory alive by other means (a memtable)
   */
  public void found(
      EntryKind kind, long sequence, long timeMillis, Slice value, @Nullable NativeBuffer pinned) {
    clear();
    this.kind = kind;
    this.sequence = sequence;
    this.timeMillis = timeMillis;
    this.value.set(value);
    this.pinned = pinned;
  }

  /** Takes over what was found in memory that the reader keeps alive by other means. */
  public void found(
      EntryKind kind,
      long sequence,
      long timeMillis,
      MemorySegment segment,
      long valueOffset,
      int valueLength) {
    clear();
    this.kind = kind;
    this.sequence = sequence;
    this.timeMillis = timeMillis;
    this.value.set(segment, valueOffset, valueLength);
  }

  /** What the entry does to its key. */
  public EntryKind kind() {
    return kind;
  }

  /** Sequence number of the entry. */
  public long sequence() {
    return sequence;
  }

  /** Write time in milliseconds since the epoch; 0 where none is kept. */
  public long timeMillis() {
    return timeMillis;
  }

  /** The value, valid until {@link #clear}; empty for a delete. */
  public Slice value() {
    return value;
  }

  /** Forgets what was found and gives its block back. */
  public void clear() {
    value.clear();
    kind = EntryKind.DELETE;
    sequence = 0;
    timeMillis = 0;
    NativeBuffer held = pinned;
    pinned = null;
    if (held != null) {
      held.close();
    }
  }

  @Override
  public void close() {
    clear();
  }
}
