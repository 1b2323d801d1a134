package io.sheaf.im.model;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import java.util.Optional;

/** What the devices of a user are told through the sync queue. */
public sealed interface Event {
  /** What happened to a message. The codes are stored. */
  enum MessageChange {
    /** It was sent. */
    SENT(1),
    /** It was taken back. */
    RECALLED(2),
    /** Its body was changed. */
    EDITED(3),
    /** Its reactions have changed. */
    REACTIONS(4),
    /** This user's own state of it has changed: deleted for me, pinned … */
    STATE(5);

    private final int code;

    MessageChange(int code) {
      this.code = code;
    }

    /** How it is stored. */
    public int code() {
      return code;
    }
  }

  /** What happened to a conversation. The codes are stored. */
  enum ConversationChange {
    /** A member has come; {@code member} says who, where it was one. */
    JOINED(16),
    /** A member has gone; {@code member} says who. */
    LEFT(17),
    /** This user has read up to {@code sequence}. */
    READ(18),
    /** Members have read up to {@code sequence}: fetch the receipts when they are shown. */
    RECEIPTS(19),
    /** This user has cleared the conversation. */
    CLEARED(20),
    /** This user has changed mute or pin. */
    SETTINGS(21),
    /** It was deleted for all. */
    DELETED(22),
    /** More happened than is told one by one: read the history, up to {@code sequence}. */
    BEHIND(23);

    private final int code;

    ConversationChange(int code) {
      this.code = code;
    }

    /** How it is stored. */
    public int code() {
      return code;
    }
  }

  /**
   * Something happened to a message.
   *
   * @param change what
   * @param conversation where
   * @param id which message
   * @param sequence its number; {@link Message#PRIVATE} where it went to some members only
   * @param message the message as it is now; empty where it is gone, or the user may not see it
   */
  record OfMessage(
      MessageChange change,
      ConversationId conversation,
      MessageId id,
      long sequence,
      Optional<Message> message)
      implements Event {
    /** The same with its message. */
    public OfMessage with(Message found) {
      return new OfMessage(change, conversation, id, sequence, Optional.of(found));
    }

    /** The same without its message. */
    public OfMessage withoutMessage() {
      return new OfMessage(change, conversation, id, sequence, Optional.empty());
    }
  }

  /**
   * Something happened to a conversation.
   *
   * @param change what
   * @param conversation which
   * @param sequence see {@link ConversationChange}; else 0
   * @param member see {@link ConversationChange}; else empty
   */
  record OfConversation(
      ConversationChange change,
      ConversationId conversation,
      long sequence,
      Optional<UserId> member)
      implements Event {}

  /**
   * An event of the service itself.
   *
   * @param body what it says
   */
  record Custom(Body body) implements Event {}
}
