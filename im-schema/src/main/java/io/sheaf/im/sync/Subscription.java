package io.sheaf.im.sync;

import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.QueuedEvent;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener at the end of a user's queue, until it is closed.
 *
 * <p>Events are heard under the locks of the change that wrote them, which is their order, and
 * given to the listener without locks by one thread at a time: who comes first gives out what the
 * others hear meanwhile. A listener that takes longer than events come is told that it is behind.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who subscribed closes
 * it; a call that is under way then may still come to its end.
 */
public final class Subscription implements AutoCloseable, Waiters.Waiter {
  /** Stands for "there is more than what is heard". */
  private static final QueuedEvent MORE = new QueuedEvent(0, new Event.Custom(Body.EMPTY));

  /** Events that wait at most for a listener that takes long. */
  private static final int MOST_HEARD = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);

  private final Waiters waiters;
  private final UserId user;
  private final EventListener listener;
  private final Queue<QueuedEvent> heard = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger toDo = new AtomicInteger();
  private long position; // of the listener; touched by who gives out
  private volatile boolean missed;
  private volatile boolean closed;

  Subscription(Waiters waiters, UserId user, long position, EventListener listener) {
    this.waiters = waiters;
    this.user = user;
    this.position = position;
    this.listener = listener;
    waiters.add(user, this);
  }

  @Override
  public void hear(QueuedEvent event) {
    if (waiting.get() < MOST_HEARD) {
      waiting.incrementAndGet();
      heard.add(event);
    } else {
      missed = true; // it has to read it: what waits here has its message with it
    }
  }

  @Override
  public void hearOfMore() {
    hear(MORE);
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
        waiting.decrementAndGet();
        give(event);
      }
      if (missed) {
        missed = false;
        give(MORE);
      }
    } while (toDo.addAndGet(-done) != 0);
  }

  @Override
  public void end() {
    // the listener just hears of nothing more
  }

  /** Whether all that belongs to it was at hand when it was written. */
  private static boolean isWhole(Event event) {
    return !(event instanceof Event.OfMessage of) || of.message().isPresent();
  }

  @Override
  public void close() {
    closed = true;
    waiters.remove(user, this);
  }

  private void give(QueuedEvent event) {
    if (closed) {
      return;
    }
    try {
      tell(event);
    } catch (RuntimeException | Error e) {
      // The thread has written for somebody else, whose message is in the store all the same. The
      // position stays, so that the listener is told that it is behind.
      LOG.error("the listener to the events of '{}' failed at {}", user, event.position(), e);
    }
  }

  @SuppressWarnings("ReferenceEquality") // a mark, not an event
  private void tell(QueuedEvent event) {
    if (event == MORE) {
      listener.behind(user);
    } else if (event.position() == position + 1 && isWhole(event.event())) {
      listener.pushed(user, event);
      position = event.position();
    } else if (event.position() > position) {
      listener.behind(user);
      position = event.position();
    }
  }
}
