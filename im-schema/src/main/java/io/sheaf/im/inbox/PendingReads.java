package io.sheaf.im.inbox;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Read positions that were told and are not yet written, see {@link io.sheaf.im.receipt}. Who reads
 * a list sees them.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class PendingReads {
  private final Map<ConversationId, Map<UserId, MessageId>> positions = new ConcurrentHashMap<>();
  private final Map<UserId, Map<ConversationId, MessageId>> byUser = new ConcurrentHashMap<>();

  /** None at first. */
  public PendingReads() {}

  /** A member has read up to here; a lower position than the one before changes nothing. */
  public void put(ConversationId conversation, UserId user, MessageId upTo) {
    put(byUser, user, conversation, upTo);
    put(positions, conversation, user, upTo);
  }

  /**
   * Up to where a user has read, where that is not yet written. To be asked before the rows are
   * read: what is written in between is then in the one or in the other.
   */
  public Map<ConversationId, MessageId> of(UserId user) {
    Map<ConversationId, MessageId> told = byUser.get(user);
    return told == null ? Map.of() : Map.copyOf(told);
  }

  /** The chosen ones of the conversations with positions to write, in the order of their ids. */
  public List<ConversationId> conversations(Predicate<ConversationId> chosen) {
    return positions.keySet().stream().filter(chosen).sorted().toList();
  }

  /** The positions of a conversation. */
  public Map<UserId, MessageId> of(ConversationId conversation) {
    Map<UserId, MessageId> members = positions.get(conversation);
    return members == null ? Map.of() : Map.copyOf(members);
  }

  /** These positions are written; what was told since stays. */
  public void written(ConversationId conversation, Map<UserId, MessageId> members) {
    members.forEach((user, upTo) -> {
      remove(positions, conversation, user, upTo);
      remove(byUser, user, conversation, upTo);
    });
  }

  private static <A, B> void put(Map<A, Map<B, MessageId>> map, A first, B second, MessageId upTo) {
    map.compute(
        first,
        (id, known) -> {
          Map<B, MessageId> all = known == null ? new ConcurrentHashMap<>() : known;
          all.merge(second, upTo, MessageId::max);
          return all;
        });
  }

  private static <A, B> void remove(
      Map<A, Map<B, MessageId>> map, A first, B second, MessageId upTo) {
    map.computeIfPresent(
        first,
        (id, all) -> {
          all.remove(second, upTo);
          return all.isEmpty() ? null : all;
        });
  }
}
