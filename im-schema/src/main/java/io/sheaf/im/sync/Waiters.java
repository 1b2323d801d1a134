package io.sheaf.im.sync;

import io.sheaf.im.change.Publisher;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.QueuedEvent;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Who waits for the events of whom.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class Waiters implements Publisher {
  private final Map<UserId, Set<Waiter>> byUser = new ConcurrentHashMap<>();
  private final Map<ConversationId, Set<Waiter>> byConversation = new ConcurrentHashMap<>();
  private final Map<Waiter, Set<ConversationId>> followed = new ConcurrentHashMap<>();
  private final Queue<Waiter> ready = new ConcurrentLinkedQueue<>();

  /** Who waits: hears of events with locks held, and does what it does about them later. */
  interface Waiter {
    /** Hears of an event. */
    void hear(QueuedEvent event);

    /** Hears that there is something to fetch. */
    void hearOfMore();

    /** Does something about it; without locks. */
    void deliver();

    /** Nothing comes any more. */
    void end();
  }

  /** From now on {@code waiter} hears of the events of {@code user}. */
  void add(UserId user, Waiter waiter) {
    followed.put(waiter, new HashSet<>());
    add(byUser, user, waiter);
  }

  /**
   * And of those of large conversations: to be read after the waiter was {@linkplain #add added},
   * so that none is left out that begins meanwhile, and with the user's lock held, so that none is
   * added that it has left meanwhile.
   */
  void follow(Waiter waiter, Collection<ConversationId> large) {
    large.forEach(conversation -> follows(waiter, conversation, true));
  }

  /** It hears of nothing any more. */
  void remove(UserId user, Waiter waiter) {
    remove(byUser, user, waiter);
    followed.computeIfPresent(
        waiter,
        (w, conversations) -> {
          conversations.forEach(conversation -> remove(byConversation, conversation, waiter));
          return null;
        });
  }

  @Override
  public boolean isAwaited(UserId user) {
    return !byUser.isEmpty() && byUser.containsKey(user);
  }

  @Override
  public void published(UserId user, QueuedEvent event) {
    for (Waiter waiter : byUser.getOrDefault(user, Set.of())) {
      waiter.hear(event);
      ready.add(waiter);
    }
  }

  @Override
  public void follows(UserId user, ConversationId conversation, boolean follows) {
    for (Waiter waiter : byUser.getOrDefault(user, Set.of())) {
      follows(waiter, conversation, follows);
    }
  }

  @Override
  public void grown(ConversationId conversation) {
    for (Waiter waiter : byConversation.getOrDefault(conversation, Set.of())) {
      waiter.hearOfMore();
      ready.add(waiter);
    }
  }

  @Override
  public void deliver() {
    for (Waiter waiter = ready.poll(); waiter != null; waiter = ready.poll()) {
      waiter.deliver();
    }
  }

  @Override
  public void end() {
    byUser.values().forEach(waiters -> waiters.forEach(Waiter::end));
  }

  private void follows(Waiter waiter, ConversationId conversation, boolean follows) {
    followed.computeIfPresent(
        waiter,
        (w, conversations) -> {
          if (follows && conversations.add(conversation)) {
            add(byConversation, conversation, waiter);
          } else if (!follows && conversations.remove(conversation)) {
            remove(byConversation, conversation, waiter);
          }
          return conversations;
        });
  }

  private static <K> void add(Map<K, Set<Waiter>> map, K key, Waiter waiter) {
    map.compute(
        key,
        (k, present) -> {
          Set<Waiter> waiters = present == null ? ConcurrentHashMap.newKeySet() : present;
          waiters.add(waiter);
          return waiters;
        });
  }

  private static <K> void remove(Map<K, Set<Waiter>> map, K key, Waiter waiter) {
    map.computeIfPresent(
        key,
        (k, waiters) -> {
          waiters.remove(waiter);
          return waiters.isEmpty() ? null : waiters;
        });
  }
}
