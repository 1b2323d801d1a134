package io.sheaf.im.sync;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.QueuedEvent;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A listener at the end of a user's queue, until it is closed.
 *
 * <p>Events are heard under the locks of the change that wrote them, which is their order, and
 * given to the listener without locks by one thread at a time: who comes first gives out what the
 * others hear meanwhile.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who subscribed closes
 * it; a call that is under way then may still come to its end.
 */
public final class Subscription implements AutoCloseable, Waiters.Waiter {
  /** Stands for "there is more than what is heard". */
  private static final QueuedEvent MORE =
      new QueuedEvent(0, new io.sheaf.im.model.Event.Custom(io.sheaf.im.model.Body.EMPTY));

  private final Waiters waiters;
  private final UserId user;
  private final List<ConversationId> large;
  private final EventListener listener;
  private final Queue<QueuedEvent> heard = new ConcurrentLinkedQueue<>();
  private final AtomicInteger toDo = new AtomicInteger();
  private long position; // of the listener; touched by who gives out
  private volatile boolean closed;

  Subscription(
      Waiters waiters,
      UserId user,
      List<ConversationId> large,
      long position,
      EventListener listener) {
    this.waiters = waiters;
    this.user = user;
    this.large = large;
    this.position = position;
    this.listener = listener;
    waiters.add(user, large, this);
  }

  @Override
  public void hear(QueuedEvent event) {
    heard.add(event);
  }

  @Override
  public void hearOfMore() {
    heard.add(MORE);
  }

  @Override
  public void deliver() {
    if (toDo.getAndIncrement() != 0) {
      return; // another gives out, and sees that there is more
    }
    int done;
    do {
      done = toDo.get();
      for (QueuedEvent event = heard.poll(); event != null; event = heard.poll()) {
        give(event);
      }
    } while (toDo.addAndGet(-done) != 0);
  }

  @Override
  public void close() {
    closed = true;
    waiters.remove(user, large, this);
  }

  @SuppressWarnings("ReferenceEquality") // a mark, not an event
  private void give(QueuedEvent event) {
    if (closed) {
      return;
    }
    if (event == MORE) {
      listener.behind(user);
    } else if (event.position() == position + 1) {
      position = event.position();
      listener.pushed(user, event);
    } else if (event.position() > position) {
      position = event.position();
      listener.behind(user);
    }
  }
}
