package io.sheaf.im.model;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import java.util.List;

/**
 * What the store answers to a send that is durable.
 *
 * @param conversation where it was said
 * @param id the id it got
 * @param sequence its number in the conversation; {@link Message#PRIVATE} for one to some members
 * @param deliveries its place in the queue of each receiver, the sender among them; none for a
 *     large conversation, whose members fetch their events when they sync
 */
public record SentMessage(
    ConversationId conversation, MessageId id, long sequence, List<Delivery> deliveries) {
  /** Takes a copy of the list. */
  public SentMessage {
    deliveries = List.copyOf(deliveries);
  }
}
