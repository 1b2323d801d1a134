package io.sheaf.im.change;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Event;
import java.util.Collection;

/**
 * Hears of events once they are written.
 *
 * <p><b>Thread safety.</b> Called by any thread; for one user in the order of positions.
 */
public interface Publisher {
  /** Has heard of something with locks held, and does something about it when there are none. */
  interface Hearer {
    /** Does it; called without locks, at least once for all that was heard before. */
    void deliver();
  }

  /** Whether anybody waits for events of {@code user}. */
  boolean isAwaited(UserId user);

  /**
   * An event is in the queue of {@code user}. Called with locks held: hands on, and returns.
   *
   * @param heard gets those that hear of it
   */
  void published(UserId user, long position, Event event, Collection<Hearer> heard);

  /**
   * Events of a large conversation are for {@code user} to fetch from now on, or not any more.
   * Called with locks held.
   */
  void follows(UserId user, ConversationId conversation, boolean follows);

  /**
   * Members of a large conversation have events to fetch. Called with locks held.
   *
   * @param heard gets those that hear of it
   */
  void grown(ConversationId conversation, Collection<Hearer> heard);

  /** Nothing comes any more. */
  void end();
}
