package io.sheaf.im.sync;

import io.sheaf.im.change.Publisher;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.QueuedEvent;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who waits for the events of whom.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class Waiters implements Publisher {
  private static final Waiter[] NOBODY = {};

  /** Few for each user, and read with each event: an array that is replaced. */
  private final Map<UserId, Waiter[]> byUser = new ConcurrentHashMap<>();

  private final Map<ConversationId, Set<Waiter>> byConversation = new ConcurrentHashMap<>();
  private final Map<Waiter, Set<ConversationId>> followed = new ConcurrentHashMap<>();

  /** Who waits: hears of events with locks held, and does what it does about them later. */
  interface Waiter extends Hearer {
    /** Hears of an event. */
    void hear(QueuedEvent event);

    /** Hears that there is something to fetch. */
    void hearOfMore();

    /** Nothing comes any more. */
    void end();
  }

  /** From now on {@code waiter} hears of the events of {@code user}. */
  void add(UserId user, Waiter waiter) {
    followed.put(waiter, new HashSet<>());
    byUser.merge(
        user,
        new Waiter[] {waiter},
        (known, added) -> {
          Waiter[] all = Arrays.copyOf(known, known.length + 1);
          all[known.length] = waiter;
          return all;
        });
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
    byUser.computeIfPresent(
        user,
        (id, known) -> {
          Waiter[] rest =
              Arrays.stream(known).filter(one -> !one.equals(waiter)).toArray(Waiter[]::new);
          return rest.length == 0 ? null : rest;
        });
    followed.computeIfPresent(
        waiter,
        (w, conversations) -> {
          conversations.forEach(conversation -> remove(byConversation, conversation, waiter));
          return null;
        });
  }

  @Override
  public boolean isAwaited(UserId user) {
    return of(user).length > 0;
  }

  @Override
  public void published(UserId user, long position, Event event, Collection<Hearer> heard) {
    Waiter[] waiters = of(user);
    if (waiters.length > 0) {
      QueuedEvent queued = new QueuedEvent(position, event);
      for (Waiter waiter : waiters) {
        waiter.hear(queued);
        heard.add(waiter);
      }
    }
  }

  @Override
  public void follows(UserId user, ConversationId conversation, boolean follows) {
    for (Waiter waiter : of(user)) {
      follows(waiter, conversation, follows);
    }
  }

  @Override
  public void grown(ConversationId conversation, Collection<Hearer> heard) {
    for (Waiter waiter : byConversation.getOrDefault(conversation, Set.of())) {
      waiter.hearOfMore();
      heard.add(waiter);
    }
  }

  @Override
  public void end() {
    byUser.values().forEach(waiters -> Arrays.stream(waiters).forEach(Waiter::end));
  }

  private Waiter[] of(UserId user) {
    return byUser.isEmpty() ? NOBODY : byUser.getOrDefault(user, NOBODY);
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
