package io.sheaf.im.model;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import java.util.List;

/**
 * A message as the store has it.
 *
 * @param conversation where it was said
 * @param id its place in the conversation
 * @param sequence its number among the messages to the whole conversation: 1, 2, 3 …; {@link
 *     #PRIVATE} for one that was sent to some members only
 * @param sender who said it
 * @param timeMillis when it was said, in milliseconds since 1970
 * @param type what kind of body it has; the service's own number, 0 to 255
 * @param mentions whom it mentions
 * @param mentionsAll whether it mentions all members
 * @param status what has become of it
 * @param body what was said; empty once it was recalled
 */
public record Message(
    ConversationId conversation,
    MessageId id,
    long sequence,
    UserId sender,
    long timeMillis,
    int type,
    List<UserId> mentions,
    boolean mentionsAll,
    Status status,
    Body body) {
  /** Sequence number of all messages that went to some members only. */
  public static final long PRIVATE = 0;

  /** What has become of a message. */
  public enum Status {
    /** It is as it was sent. */
    SENT,
    /** Its body was changed. */
    EDITED,
    /** It was taken back: it has no body any more. */
    RECALLED
  }

  /** Takes a copy of the mentions. */
  public Message {
    mentions = List.copyOf(mentions);
  }

  /** Whether it was sent to some members only. */
  public boolean isPrivate() {
    return sequence == PRIVATE;
  }

  /** Whether it was taken back. */
  public boolean isRecalled() {
    return status == Status.RECALLED;
  }

  /** The same, taken back. */
  public Message recalled() {
    return new Message(
        conversation,
        id,
        sequence,
        sender,
        timeMillis,
        type,
        List.of(),
        false,
        Status.RECALLED,
        Body.EMPTY);
  }

  /** The same with another body. */
  public Message edited(Body changed) {
    return new Message(
        conversation,
        id,
        sequence,
        sender,
        timeMillis,
        type,
        mentions,
        mentionsAll,
        Status.EDITED,
        changed);
  }
}
