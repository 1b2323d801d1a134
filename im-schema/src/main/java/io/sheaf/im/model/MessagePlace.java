package io.sheaf.im.model;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import java.util.Comparator;
import java.util.Optional;

/**
 * Where a page of messages of several conversations ends, and the next one begins. Ids are those of
 * one conversation: messages of two may have the same.
 *
 * @param id of the last message on the page
 * @param conversation of that message; empty: before all messages of this id
 */
public record MessagePlace(MessageId id, Optional<ConversationId> conversation) {
  /** Behind all messages: the first page. */
  public static final MessagePlace END = before(MessageId.HIGHEST);

  /** The order of such pages. */
  public static final Comparator<Message> NEWEST_FIRST =
      Comparator.comparing(Message::id)
          .thenComparing(Message::conversation, Comparator.comparing(ConversationId::id))
          .reversed();

  /** The place of {@code message}. */
  public static MessagePlace of(Message message) {
    return new MessagePlace(message.id(), Optional.of(message.conversation()));
  }

  /** Before all messages of this id: the first page of what is older. */
  public static MessagePlace before(MessageId id) {
    return new MessagePlace(id, Optional.empty());
  }
}
