package io.sheaf.im.sync;

import io.sheaf.im.id.UserId;
import io.sheaf.im.model.QueuedEvent;

/**
 * Takes events of a user as they are written, to push them to a device.
 *
 * <p>What it throws is logged, and keeps nothing from being written or told to others; the listener
 * is told that it is behind with the next event.
 *
 * <p><b>Thread safety.</b> Called by one thread at a time, by whichever has written, after it has
 * given up its locks: it may call the store, and should hand on what takes long.
 */
public interface EventListener {
  /**
   * The next event, from memory, with its message: its position is one higher than the one before.
   */
  void pushed(UserId user, QueuedEvent event);

  /**
   * There are events that are not pushed: the device has to sync. So it is at first where the queue
   * goes on from elsewhere than the listener was told, and whenever a large conversation has news.
   */
  void behind(UserId user);
}
