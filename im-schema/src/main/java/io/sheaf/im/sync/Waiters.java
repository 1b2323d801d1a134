package io.sheaf.im.sync;

import io.sheaf.im.change.Publisher;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.QueuedEvent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Who waits for the events of whom.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class Waiters implements Publisher {
  private final Map<UserId, List<Waiter>> byUser = new ConcurrentHashMap<>();
  private final Map<ConversationId, List<Waiter>> byConversation = new ConcurrentHashMap<>();
  private final Queue<Waiter> ready = new ConcurrentLinkedQueue<>();

  /** Who waits: hears of events with locks held, and does what it does about them later. */
  interface Waiter {
    /** Hears of an event. */
    void hear(QueuedEvent event);

    /** Hears that there is something to fetch. */
    void hearOfMore();

    /** Does something about it; without locks. */
    void deliver();
  }

  void add(UserId user, Collection<ConversationId> large, Waiter waiter) {
    add(byUser, user, waiter);
    large.forEach(conversation -> add(byConversation, conversation, waiter));
  }

  void remove(UserId user, Collection<ConversationId> large, Waiter waiter) {
    remove(byUser, user, waiter);
    large.forEach(conversation -> remove(byConversation, conversation, waiter));
  }

  @Override
  public boolean isAwaited(UserId user) {
    return !byUser.isEmpty() && byUser.containsKey(user);
  }

  @Override
  public void published(UserId user, QueuedEvent event) {
    for (Waiter waiter : byUser.getOrDefault(user, List.of())) {
      waiter.hear(event);
      ready.add(waiter);
    }
  }

  @Override
  public void grown(ConversationId conversation) {
    for (Waiter waiter : byConversation.getOrDefault(conversation, List.of())) {
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

  private static <K> void add(Map<K, List<Waiter>> map, K key, Waiter waiter) {
    map.compute(
        key,
        (k, present) -> {
          List<Waiter> waiters = present == null ? new CopyOnWriteArrayList<>() : present;
          waiters.add(waiter);
          return waiters;
        });
  }

  private static <K> void remove(Map<K, List<Waiter>> map, K key, Waiter waiter) {
    map.computeIfPresent(
        key,
        (k, waiters) -> {
          waiters.remove(waiter);
          return waiters.isEmpty() ? null : waiters;
        });
  }
}
