package io.sheaf.im.model;

import java.util.List;

/** What a device gets that asks for what it has not yet acknowledged. */
public sealed interface SyncResult {
  /**
   * Events in order, without a gap, from the one after the device's position on.
   *
   * @param events none: the device has everything
   * @param newestPosition the end of the queue; 0 while it is empty
   */
  record Events(List<QueuedEvent> events, long newestPosition) implements SyncResult {
    /** Whether these are all events that there are. */
    public boolean upToDate() {
      return events.isEmpty() || events.getLast().position() == newestPosition;
    }
  }

  /**
   * Too much has happened, or some of it is no longer kept. The device takes the conversation list
   * as it is, acknowledges {@code position} and goes on from there.
   *
   * @param position where to go on: the end of the queue
   * @param oldestKept the first event that is still kept; {@code position + 1} where none is
   */
  record Rebase(long position, long oldestKept) implements SyncResult {}
}
