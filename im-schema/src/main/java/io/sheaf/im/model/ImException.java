package io.sheaf.im.model;

import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;

/** A request that the store refuses; nothing of it was written. The message names the thing. */
public abstract sealed class ImException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private ImException(String message) {
    super(message);
  }

  /** There is no such conversation, or not any more. */
  public static final class UnknownConversation extends ImException {
    /** Names the conversation. */
    public UnknownConversation(ConversationId conversation) {
      super("there is no conversation '" + conversation + "': create it first");
    }
  }

  /** The conversation is there already. */
  public static final class ConversationExists extends ImException {
    /** Names the conversation. */
    public ConversationExists(ConversationId conversation) {
      super(
          "the conversation '" + conversation + "' exists: choose another id, or delete it first");
    }
  }

  /** The user is no member of the conversation. */
  public static final class NotMember extends ImException {
    /** Names both. */
    public NotMember(ConversationId conversation, UserId user) {
      super("'" + user + "' is no member of the conversation '" + conversation + "': add it first");
    }
  }

  /** The user has no such device, or not any more. */
  public static final class UnknownDevice extends ImException {
    /** Names both. */
    public UnknownDevice(UserId user, DeviceId device) {
      super("the user '" + user + "' has no device '" + device + "': add it, it then starts at 0");
    }
  }

  /** The conversation has no such message, or not for this user. */
  public static final class UnknownMessage extends ImException {
    /** Names both. */
    public UnknownMessage(ConversationId conversation, MessageId message) {
      super("there is no message " + message + " in the conversation '" + conversation + "'");
    }
  }

  /** The body is larger than the options allow. */
  public static final class BodyTooLarge extends ImException {
    /** Says how large it is, and how large it may be, in bytes. */
    public BodyTooLarge(int bytes, int mostBytes) {
      super(
          "a body of "
              + bytes
              + " bytes; "
              + mostBytes
              + " are allowed: keep the content elsewhere and send where it is");
    }
  }

  /** The time of the message lies outside of what an id can hold, or in the future. */
  public static final class TimeOutOfRange extends ImException {
    /** Says which time, and the latest one, in milliseconds since 1970. */
    public TimeOutOfRange(long timeMillis, long latestMillis) {
      super(
          "a message is from 1970 to a day from now, "
              + latestMillis
              + " ms after 1970, not from "
              + timeMillis);
    }
  }

  /**
   * A client message id that its sender has used in another conversation. One that it has used in
   * this one is taken for a retry, whatever the message says.
   */
  public static final class ClientMessageIdReused extends ImException {
    /** Names the id, and where it was used. */
    public ClientMessageIdReused(ClientMessageId id, ConversationId where) {
      super(
          "the client message id '"
              + id
              + "' was used for a message to '"
              + where
              + "': give each message an id of its own");
    }
  }

  /** A device acknowledges what was never given to it. */
  public static final class AcknowledgedTooFar extends ImException {
    /** Says how far it wants to be, and how far the queue goes. */
    public AcknowledgedTooFar(UserId user, DeviceId device, long position, long newest) {
      super(
          "device '"
              + device
              + "' of '"
              + user
              + "' acknowledges "
              + position
              + ", its queue ends at "
              + newest);
    }
  }

  /** A read position behind the newest message. */
  public static final class ReadTooFar extends ImException {
    /** Says how far, and how far the conversation goes. */
    public ReadTooFar(ConversationId conversation, MessageId read, MessageId newest) {
      super(
          "message "
              + read
              + " was read before it was sent: the newest of '"
              + conversation
              + "' is "
              + newest);
    }
  }

  /** The message was taken back, so that it cannot be changed any more. */
  public static final class Recalled extends ImException {
    /** Names it. */
    public Recalled(ConversationId conversation, MessageId message) {
      super("message " + message + " of the conversation '" + conversation + "' was recalled");
    }
  }

  /** A limit of rates is reached. */
  public static final class TooFast extends ImException {
    private final long retryAfterMillis;

    /** Names what is limited, and says when to try again, in milliseconds. */
    public TooFast(String what, long retryAfterMillis) {
      super(what + " sends too fast: try again after " + retryAfterMillis + " ms");
      this.retryAfterMillis = retryAfterMillis;
    }

    /** When it is worth trying again, in milliseconds from now. */
    public long retryAfterMillis() {
      return retryAfterMillis;
    }
  }
}
