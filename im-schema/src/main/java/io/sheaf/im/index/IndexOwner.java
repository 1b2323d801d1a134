package io.sheaf.im.index;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.UserId;

/**
 * Whose rows entries of an index are. A user and a conversation may have the same id, and their
 * rows are kept apart all the same.
 *
 * @param kind of whom it is the id
 * @param id of the user or the conversation
 */
public record IndexOwner(Kind kind, Id id) {
  /** Who has rows. */
  public enum Kind {
    /** A user. */
    USER(1),
    /** A conversation. */
    CONVERSATION(2);

    private final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }

    /** What stands for it in a key. */
    byte code() {
      return code;
    }

    static Kind of(int code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IllegalArgumentException("no owner of index entries has the kind " + code);
    }
  }

  /** A user. */
  public static IndexOwner of(UserId user) {
    return new IndexOwner(Kind.USER, user.id());
  }

  /** A conversation. */
  public static IndexOwner of(ConversationId conversation) {
    return new IndexOwner(Kind.CONVERSATION, conversation.id());
  }
}
