package io.sheaf.lsm.cursor;

import io.sheaf.lsm.coding.Slice;
import java.io.IOException;

/**
 * Reads the rows of one table in order, in one direction, as they were at one moment.
 *
 * <pre>{@code
 * try (Cursor cursor = db.cursor(table, CursorOptions.prefix(user).reversed().limit(50))) {
 *   while (cursor.next()) {
 *     show(cursor.key(), cursor.value());
 *   }
 * }
 * }</pre>
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> Who opened it closes it; it
 * keeps files and memory of its moment until then. {@link #key()} and {@link #value()} belong to
 * the cursor and are valid until it moves or is closed; {@link Slice#toByteArray()} copies.
 *
 * <p>Every method but {@link #close} throws {@link io.sheaf.lsm.io.ClosedException} once the cursor
 * or its store is closed.
 */
public interface Cursor extends AutoCloseable {
  /**
   * Goes to the next row (at first: to the first one) in the cursor's direction.
   *
   * @return false when there is none inside the bounds and the limit
   * @throws io.sheaf.lsm.io.CorruptionException when a file is damaged
   * @throws IllegalStateException when the last move failed, until a {@link #seek} succeeds
   */
  boolean next() throws IOException;

  /**
   * Makes the following {@link #next} go to the first row at or behind {@code key} in the cursor's
   * direction, still inside its bounds; rows returned so far count towards the limit.
   */
  void seek(Slice key) throws IOException;

  /** Key of the row; only after {@link #next} returned true. */
  Slice key();

  /** Value of the row; only after {@link #next} returned true. */
  Slice value() throws IOException;

  /**
   * Write time of the row in milliseconds since the epoch; 0 where the table keeps none. Only after
   * {@link #next} returned true.
   */
  long timeMillis();

  @Override
  void close();
}
