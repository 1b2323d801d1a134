package io.sheaf.im.limit;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.Hot;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.PageLimit;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.model.SentMessage;
import io.sheaf.im.send.Sender;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Lets messages through as fast as rates allow and the store keeps up; what does not get through is
 * definitely not written, and is told when to try again.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class SendGate {
  private static final int COUNTERS = 512;
  private static final double HALF_LIFE_SECONDS = 10;

  /** Conversations whose cost is remembered: an estimate, which the next message gives again. */
  private static final int MOST_COSTS = 100_000;

  private final Sender sender;
  private final LongSupplier nanoClock;
  private final TokenBuckets<UserId> users;
  private final TokenBuckets<ConversationId> conversations;
  private final TokenBuckets<String> clientKinds;
  private final TokenBuckets<String> applications;
  private final TopK<UserId> hotUsers;
  private final Overload overload;
  private final Map<ConversationId, Integer> costs = new ConcurrentHashMap<>();

  /**
   * A gate before {@code sender}.
   *
   * @param pressure of the store: 0: it keeps up, 1: writers wait
   */
  public SendGate(Sender sender, Rates rates, DoubleSupplier pressure, LongSupplier nanoClock) {
    this.sender = sender;
    this.nanoClock = nanoClock;
    this.users = new TokenBuckets<>(rates.user(), nanoClock);
    this.conversations = new TokenBuckets<>(rates.conversation(), nanoClock);
    this.clientKinds = new TokenBuckets<>(rates.clientKind(), nanoClock);
    this.applications = new TokenBuckets<>(rates.application(), nanoClock);
    this.hotUsers = new TopK<>(COUNTERS, HALF_LIFE_SECONDS, nanoClock.getAsLong());
    this.overload = new Overload(pressure, nanoClock);
  }

  /** Sends a message, if it gets through. */
  public SendOutcome send(Draft draft, Origin origin) {
    hotUsers.add(draft.sender(), 1, nanoClock.getAsLong());
    Tokens tokens = new Tokens();
    if (tokens.take(users, draft.sender(), "the user '" + draft.sender() + "'")
        && tokens.take(
            conversations, draft.conversation(), "the conversation '" + draft.conversation() + "'")
        && tokens.take(
            clientKinds, origin.clientKind(), named("the client kind", origin.clientKind()))
        && tokens.take(
            applications, origin.application(), named("the application", origin.application()))) {
      long waitMillis = overload.admit(draft.conversation(), cost(draft.conversation()));
      if (waitMillis == 0) {
        return learnCost(sender.send(draft));
      }
      tokens.refuse("the store is at its limit, and '" + draft.conversation() + "'", waitMillis);
    }
    return sender.refuse(draft, tokens.refused());
  }

  /** All who do not say it have one rate together. */
  private static String named(String what, String name) {
    return what + (name.isEmpty() ? " that is not named" : " " + name);
  }

  /** The rows of the last message there: itself, and an event for each receiver. */
  private int cost(ConversationId conversation) {
    return costs.getOrDefault(conversation, 1);
  }

  private SendOutcome learnCost(SendOutcome outcome) {
    if (outcome instanceof SendOutcome.Durable durable) {
      SentMessage message = durable.message();
      int cost = 1 + message.deliveries().size();
      if (cost != cost(message.conversation())) {
        if (costs.size() >= MOST_COSTS) {
          costs.clear();
        }
        costs.put(message.conversation(), cost);
      }
    }
    return outcome;
  }

  /** The users that send most, and how many messages a second. */
  public List<Hot<UserId>> hotUsers(int limit) {
    PageLimit.check(limit, "users");
    return shown(hotUsers.highest(limit, nanoClock.getAsLong()));
  }

  /** The conversations that are sent most, and how many rows a second. */
  public List<Hot<ConversationId>> hotConversations(int limit) {
    PageLimit.check(limit, "conversations");
    return shown(overload.hottest(limit));
  }

  /** Rows a second that the store takes now; infinite while nobody is slowed. */
  public double limitPerSecond() {
    return overload.limit();
  }

  private static <K> List<Hot<K>> shown(List<TopK.Count<K>> counts) {
    return counts.stream().map(count -> new Hot<>(count.key(), count.perSecond())).toList();
  }

  /** The tokens of one message: all are taken, or none. */
  private static final class Tokens {
    private final Deque<Runnable> taken = new ArrayDeque<>();
    private ImException refused = new ImException.TooFast("nobody", 0);

    <K> boolean take(TokenBuckets<K> buckets, K key, String what) {
      long waitMillis = buckets.take(key);
      if (waitMillis > 0) {
        refuse(what, waitMillis);
        return false;
      }
      taken.push(() -> buckets.giveBack(key));
      return true;
    }

    void refuse(String what, long waitMillis) {
      taken.forEach(Runnable::run);
      refused = new ImException.TooFast(what, waitMillis);
    }

    ImException refused() {
      return refused;
    }
  }
}
