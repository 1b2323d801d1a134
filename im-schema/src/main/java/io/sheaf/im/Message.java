package io.sheaf.im;

import java.util.Arrays;
import java.util.Objects;

/**
 * A message: said once, by one sender, in one conversation.
 *
 * <p><em>Thread safety:</em> immutable, as long as nobody changes the text's array.
 *
 * <p><em>Ownership:</em> {@link #text()} is handed out and taken without a copy.
 */
public final class Message {
  private final Name conversation;
  private final Name sender;
  private final long id;
  private final MessageKind kind;
  private final byte[] text;

  /**
   * A message.
   *
   * @param id see {@link MessageId}; unique in the conversation and for the sender
   * @param text any bytes; UTF-8 for the most part, but not always
   */
  public Message(Name conversation, Name sender, long id, MessageKind kind, byte[] text) {
    this.conversation = conversation;
    this.sender = sender;
    this.id = id;
    this.kind = kind;
    this.text = text;
  }

  /** Where it was said. */
  public Name conversation() {
    return conversation;
  }

  /** Who said it. */
  public Name sender() {
    return sender;
  }

  /** Its place in the conversation, an unsigned number; see {@link MessageId}. */
  public long id() {
    return id;
  }

  /** When it was said, in milliseconds since 1970, as its id tells. */
  public long timeMillis() {
    return MessageId.millisOf(id);
  }

  /** How it was said. */
  public MessageKind kind() {
    return kind;
  }

  /** What was said; it may be empty. */
  public byte[] text() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Message that
        && id == that.id
        && kind == that.kind
        && conversation.equals(that.conversation)
        && sender.equals(that.sender)
        && Arrays.equals(text, that.text);
  }

  @Override
  public int hashCode() {
    return Objects.hash(conversation, sender, id);
  }

  @Override
  public String toString() {
    return "message "
        + Long.toHexString(id)
        + " of "
        + sender
        + " in "
        + conversation
        + ", "
        + text.length
        + " bytes";
  }
}
