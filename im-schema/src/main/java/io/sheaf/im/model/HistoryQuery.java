package io.sheaf.im.model;

import io.sheaf.im.id.MessageId;
import java.time.Instant;

/**
 * Which page of a conversation.
 *
 * @param direction which way
 * @param from where it begins: the message itself is not on the page
 * @param limit of messages, 1 to 1,000
 */
public record HistoryQuery(Direction direction, MessageId from, int limit) {
  private static final int MOST = 1000;

  /** Which way a page goes. */
  public enum Direction {
    /** Newest first. */
    BACK,
    /** Oldest first. */
    ONWARD
  }

  /** Checks the limit. */
  public HistoryQuery {
    PageLimit.check(limit, MOST, "messages");
  }

  /** The newest messages, newest first. */
  public static HistoryQuery newest(int limit) {
    return new HistoryQuery(Direction.BACK, MessageId.HIGHEST, limit);
  }

  /** The messages before this one, newest first. */
  public static HistoryQuery before(MessageId message, int limit) {
    return new HistoryQuery(Direction.BACK, message, limit);
  }

  /** The messages after this one, oldest first. */
  public static HistoryQuery after(MessageId message, int limit) {
    return new HistoryQuery(Direction.ONWARD, message, limit);
  }

  /** The messages from this time on, oldest first. */
  public static HistoryQuery since(Instant time, int limit) {
    MessageId first = MessageId.firstAt(time);
    MessageId before = first.value() == 0 ? first : new MessageId(first.value() - 1);
    return new HistoryQuery(Direction.ONWARD, before, limit);
  }
}
