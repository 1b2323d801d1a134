package io.sheaf.lsm.cursor;

import io.sheaf.lsm.coding.Slice;
import org.jspecify.annotations.Nullable;

/**
 * What a scan will want, known to every layer when its cursor is opened.
 *
 * @param direction which way the scan goes
 * @param lower first key that may be returned, inclusive; null: from the first
 * @param upper end of the keys that may be returned, exclusive; null: to the last
 * @param limitRows rows wanted at most; {@link #UNLIMITED}: all
 * @param fillCache whether blocks that are read are offered to the cache
 */
public record ScanBounds(
    Direction direction,
    @Nullable Slice lower,
    @Nullable Slice upper,
    long limitRows,
    boolean fillCache) {
  /** No limit on rows. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** Which way a scan goes. */
  public enum Direction {
    /** Keys rise. */
    FORWARD,
    /** Keys fall. */
    REVERSE
  }

  /** All keys in rising order. */
  public static ScanBounds all() {
    return new ScanBounds(Direction.FORWARD, null, null, UNLIMITED, true);
  }

  /** Whether keys fall. */
  public boolean reverse() {
    return direction == Direction.REVERSE;
  }

  /** Whether {@code key} lies past the end of the scan in its direction. */
  public boolean past(Slice key) {
    return switch (direction) {
      case FORWARD -> upper != null && key.compareTo(upper) >= 0;
      case REVERSE -> lower != null && key.compareTo(lower) < 0;
    };
  }
}
