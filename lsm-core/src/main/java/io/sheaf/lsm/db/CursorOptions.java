package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.ScanBounds;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a cursor shows: direction, bounds, limit, and as of when. A cursor that is told its bounds
 * and its limit opens only the files it needs and fetches what it will read ahead of it.
 *
 * @param direction which way it goes
 * @param lower first key, inclusive; null: from the first
 * @param upper end of the keys, exclusive; null: to the last
 * @param limitRows rows returned at most
 * @param snapshot the moment; null: now
 * @param fillCache whether blocks it reads are offered to the cache; false for sweeps over much
 *     data
 */
public record CursorOptions(
    ScanBounds.Direction direction,
    @Nullable Slice lower,
    @Nullable Slice upper,
    long limitRows,
    @Nullable Snapshot snapshot,
    boolean fillCache) {
  /** All rows in rising order, as of now. */
  public static final CursorOptions ALL =
      new CursorOptions(ScanBounds.Direction.FORWARD, null, null, ScanBounds.UNLIMITED, null, true);

  /** Checks the limit. */
  public CursorOptions {
    if (limitRows < 0) {
      throw new IllegalArgumentException("limitRows must not be negative, not " + limitRows);
    }
  }

  /** All rows whose key begins with {@code prefix}, in rising order, as of now. */
  public static CursorOptions prefix(byte[] prefix) {
    byte[] end = successor(prefix);
    return new CursorOptions(
        ScanBounds.Direction.FORWARD,
        Slice.of(prefix.clone()),
        end == null ? null : Slice.of(end),
        ScanBounds.UNLIMITED,
        null,
        true);
  }

  /**
   * The same from {@code lower} (inclusive; null: the first key) to {@code upper} (exclusive; null:
   * the last key).
   */
  public CursorOptions between(byte @Nullable [] lower, byte @Nullable [] upper) {
    return new CursorOptions(
        direction,
        lower == null ? null : Slice.of(lower.clone()),
        upper == null ? null : Slice.of(upper.clone()),
        limitRows,
        snapshot,
        fillCache);
  }

  /** The same with keys falling. */
  public CursorOptions reversed() {
    return new CursorOptions(
        ScanBounds.Direction.REVERSE, lower, upper, limitRows, snapshot, fillCache);
  }

  /** The same with {@code rows} at most. */
  public CursorOptions limit(long rows) {
    return new CursorOptions(direction, lower, upper, rows, snapshot, fillCache);
  }

  /** The same as of {@code snapshot}. */
  public CursorOptions at(Snapshot snapshot) {
    return new CursorOptions(direction, lower, upper, limitRows, snapshot, fillCache);
  }

  /** The same, offering what is read to the cache or not. */
  public CursorOptions withFillCache(boolean fillCache) {
    return new CursorOptions(direction, lower, upper, limitRows, snapshot, fillCache);
  }

  ScanBounds bounds() {
    return new ScanBounds(direction, lower, upper, limitRows, fillCache);
  }

  /** The first byte string after all those that begin with {@code prefix}; null: there is none. */
  static byte @Nullable [] successor(byte[] prefix) {
    for (int i = prefix.length - 1; i >= 0; i--) {
      if (prefix[i] != (byte) 0xFF) {
        byte[] next = Arrays.copyOf(prefix, i + 1);
        next[i]++;
        return next;
      }
    }
    return null;
  }
}
