package io.sheaf.im.model;

import io.sheaf.im.id.UserId;
import java.util.List;

/**
 * Who has read a message. Its sender does not count, nor does who joined after it.
 *
 * @param readCount how many members have
 * @param unreadCount how many have not
 * @param read who has; empty for a large conversation, where only the counts are known
 * @param unread who has not; empty for a large conversation
 */
public record ReadReceipt(
    long readCount, long unreadCount, List<UserId> read, List<UserId> unread) {
  /** Takes copies of the lists. */
  public ReadReceipt {
    read = List.copyOf(read);
    unread = List.copyOf(unread);
  }
}
