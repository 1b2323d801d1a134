package io.sheaf.lsm.cursor;

import io.sheaf.lsm.coding.Slice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A question and its answer: how many entries, right behind the one a cursor stands on, are rows
 * that need no look at anything? These are PUTs that the reader sees and that have not expired,
 * each the only entry of its key, none beyond a given key. Whoever is told may step over them with
 * {@link #source} alone, which is the very layer they come from: the layers above stay where they
 * are and are right again whenever that stops.
 *
 * <p>Messages are such rows nearly always, so that a scan pays for merging and visibility once for
 * each run of a key block and not for each row.
 *
 * <p><b>Thread safety.</b> None.
 */
public final class PlainRows {
  private long snapshot;
  private long expiredUpToMillis;
  private @Nullable Slice end;
  private @Nullable InternalCursor source;
  private int left;

  /** For another reader; knows of no rows. */
  void begin(long snapshot, long expiredUpToMillis) {
    this.snapshot = snapshot;
    this.expiredUpToMillis = expiredUpToMillis;
    forget();
  }

  void ask(@Nullable Slice newEnd) {
    end = newEnd;
    left = 0;
  }

  /** Entries with a higher sequence number are not seen. */
  public long snapshot() {
    return snapshot;
  }

  /** Rows written at or before this time are expired; 0: none is. */
  public long expiredUpToMillis() {
    return expiredUpToMillis;
  }

  /** The rows asked for lie before this key in the cursor's direction; null: any do. */
  public @Nullable Slice end() {
    return end;
  }

  /** Brings the end nearer, for the layers below. */
  void endAt(Slice nearer) {
    end = nearer;
  }

  /** The answer: {@code rows} entries behind the one {@code layer} stands on. */
  public void are(InternalCursor layer, int rows) {
    source = layer;
    left = rows;
  }

  /** Steps to the next of them; null: there is none. */
  @Nullable InternalCursor next() throws IOException {
    InternalCursor layer = source;
    if (left == 0 || layer == null) {
      return null;
    }
    left--;
    layer.nextPlain();
    return layer;
  }

  boolean isEmpty() {
    return left == 0;
  }

  void forget() {
    left = 0;
    source = null;
    end = null;
  }
}
