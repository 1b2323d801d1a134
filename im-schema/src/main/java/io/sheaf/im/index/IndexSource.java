package io.sheaf.im.index;

/** Which rows an index is of. */
public enum IndexSource {
  /** Messages to all members: table {@code conversation_message}. */
  MESSAGES,
  /** What a user has of its own: table {@code message_inbox}; found for that user only. */
  INBOX
}
