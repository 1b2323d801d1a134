package io.sheaf.lsm.cursor;

import java.io.IOException;

/**
 * A cursor that may stand <em>before</em> its next entry without having read it: it only knows a
 * bound, and shows that bound as its key. A merge that never reaches the bound never opens what
 * lies behind it; that is how the newest rows of a group are read from one run while the others
 * stay closed.
 *
 * <p>While {@link #deferred()}, only {@link #valid}, {@link #key}, {@link #resolve}, {@code seek},
 * {@code seekFirst} and {@code close} may be called. The bound is at or before the entry in the
 * cursor's direction.
 */
public interface DeferredCursor extends InternalCursor {
  /** Whether the key is a bound and not yet an entry. */
  boolean deferred();

  /** Goes to the first entry at or behind the bound; the cursor may turn out to be at its end. */
  void resolve() throws IOException;
}
