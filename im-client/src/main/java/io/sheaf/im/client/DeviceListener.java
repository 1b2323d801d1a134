package io.sheaf.im.client;

import io.sheaf.im.model.QueuedEvent;

/**
 * Takes what is pushed to a device.
 *
 * <p><b>Thread safety.</b> Called by one thread at a time, that of the connection: it hands on what
 * takes long, and does not call the client.
 */
public interface DeviceListener {
  /** The next event of the user. Where it is not the next one that the listener knows: sync. */
  void pushed(QueuedEvent event);

  /** There are events that are not pushed, or the connection was lost meanwhile: sync. */
  void behind();
}
