package io.sheaf.im.inbox;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Read positions that were told and are not yet written, see {@link io.sheaf.im.receipt}. Who reads
 * a list sees them.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class PendingReads {
  private final Map<ConversationId, Map<UserId, MessageId>> positions = new ConcurrentHashMap<>();

  /** None at first. */
  public PendingReads() {}

  /** A member has read up to here; a lower position than the one before changes nothing. */
  public void put(ConversationId conversation, UserId user, MessageId upTo) {
    positions.compute(
        conversation,
        (id, members) -> {
          Map<UserId, MessageId> all = members == null ? new ConcurrentHashMap<>() : members;
          all.merge(user, upTo, MessageId::max);
          return all;
        });
  }

  /** Up to where a member has read, where that is not yet written. */
  public Optional<MessageId> find(ConversationId conversation, UserId user) {
    Map<UserId, MessageId> members = positions.get(conversation);
    return members == null ? Optional.empty() : Optional.ofNullable(members.get(user));
  }

  /** The conversations with positions to write, in the order of their ids. */
  public List<ConversationId> conversations() {
    return positions.keySet().stream().sorted().toList();
  }

  /** The positions of a conversation. */
  public Map<UserId, MessageId> of(ConversationId conversation) {
    Map<UserId, MessageId> members = positions.get(conversation);
    return members == null ? Map.of() : Map.copyOf(members);
  }

  /** These positions are written; what was told since stays. */
  public void written(ConversationId conversation, Map<UserId, MessageId> members) {
    positions.computeIfPresent(
        conversation,
        (id, all) -> {
          members.forEach(all::remove);
          return all.isEmpty() ? null : all;
        });
  }
}
