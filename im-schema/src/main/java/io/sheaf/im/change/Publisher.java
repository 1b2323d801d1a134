package io.sheaf.im.change;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.QueuedEvent;

/**
 * Hears of events once they are written.
 *
 * <p><b>Thread safety.</b> Called by any thread; for one user in the order of positions.
 */
public interface Publisher {
  /** Whether anybody waits for events of {@code user}. */
  boolean isAwaited(UserId user);

  /** An event is in the queue of {@code user}. Called with locks held: hands on, and returns. */
  void published(UserId user, QueuedEvent event);

  /**
   * Events of a large conversation are for {@code user} to fetch from now on, or not any more.
   * Called with locks held.
   */
  void follows(UserId user, ConversationId conversation, boolean follows);

  /** Members of a large conversation have events to fetch. Called with locks held. */
  void grown(ConversationId conversation);

  /** Gives out what was handed on. Called without locks. */
  void deliver();

  /** Nothing comes any more. */
  void end();
}
