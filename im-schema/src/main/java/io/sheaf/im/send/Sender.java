package io.sheaf.im.send;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.conversation.Fanout;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.model.SentMessage;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.io.NoSpaceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Sends messages: each is there with all that belongs to it, in one atomic batch, or not at all.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class Sender {
  private final Context context;
  private final int mostBodyBytes;

  /**
   * Sends to the conversations of {@code context}.
   *
   * @param mostBodyBytes largest body, in bytes
   */
  public Sender(Context context, int mostBodyBytes) {
    this.context = context;
    this.mostBodyBytes = mostBodyBytes;
  }

  /** Sends one message. */
  public SendOutcome send(Draft draft) {
    return send(List.of(draft)).getFirst();
  }

  /**
   * Sends messages in their order, and writes them together: cheaper than one by one. Each has its
   * own outcome; those that can be written are written, all of them or none.
   */
  public List<SendOutcome> send(List<Draft> drafts) {
    return send(drafts, batch -> {});
  }

  /**
   * The same, with more in the same atomic batch: rows by which a program knows how far it has got.
   *
   * @param more puts them in, with the locks held; where no message can be written, they are
   *     written all the same
   */
  public List<SendOutcome> send(List<Draft> drafts, Consumer<WriteBatch> more) {
    Set<ConversationId> conversations = new LinkedHashSet<>();
    drafts.forEach(draft -> conversations.add(draft.conversation()));
    List<SendOutcome> outcomes = new ArrayList<>(drafts.size());
    try (Transaction change = context.begin().lockConversations(conversations)) {
      Fanout fanout = new Fanout(context, change);
      fanout.lock(existing(change, conversations), users(drafts));
      Post post = new Post(context, change, fanout, mostBodyBytes);
      for (Draft draft : drafts) {
        outcomes.add(post.add(draft));
      }
      more.accept(change.batch());
      return write(change, drafts, outcomes);
    } catch (IOException e) { // of a retry, what it was answered the first time may be unread
      return drafts.stream().map(draft -> ofRetry(draft, e)).toList();
    } catch (RuntimeException e) {
      return drafts.stream().<SendOutcome>map(_ -> new SendOutcome.NotWritten(e)).toList();
    }
  }

  /** What is known of a message that was not written now: without an id it is no retry. */
  private static SendOutcome ofRetry(Draft draft, IOException cause) {
    return draft.clientMessageId() == null
        ? new SendOutcome.NotWritten(cause)
        : new SendOutcome.Unknown(cause);
  }

  private List<SendOutcome> write(
      Transaction change, List<Draft> drafts, List<SendOutcome> outcomes) {
    Optional<Throwable> failure = context.db().failure();
    if (failure.isPresent()) {
      IOException cause = readOnly(failure.get());
      // A retry may be one of what was under way when the log failed.
      return failed(outcomes, i -> ofRetry(drafts.get(i), cause));
    }
    try {
      change.commit();
      return outcomes;
    } catch (NoSpaceException e) {
      return failed(outcomes, i -> new SendOutcome.NotWritten(e)); // nothing of it is in the log
    } catch (IOException | RuntimeException e) {
      return failed(outcomes, i -> new SendOutcome.Unknown(e));
    }
  }

  /** The outcomes, but for messages that were to be written now, and what repeats one of them. */
  private static List<SendOutcome> failed(
      List<SendOutcome> outcomes, IntFunction<SendOutcome> failure) {
    Set<SentMessage> lost = new HashSet<>();
    for (SendOutcome outcome : outcomes) {
      if (outcome instanceof SendOutcome.Durable now) {
        lost.add(now.message());
      }
    }
    List<SendOutcome> all = new ArrayList<>(outcomes.size());
    for (int i = 0; i < outcomes.size(); i++) {
      boolean isLost =
          switch (outcomes.get(i)) {
            case SendOutcome.Durable _ -> true;
            case SendOutcome.AlreadyDurable(SentMessage message) -> lost.contains(message);
            case SendOutcome.NotWritten _ -> false;
            case SendOutcome.Unknown _ -> false;
          };
      all.add(isLost ? failure.apply(i) : outcomes.get(i));
    }
    return all;
  }

  /**
   * The outcome of a message that is not let through. A retry of what is there is answered like the
   * first send; and where that cannot be looked up, nobody knows.
   */
  public SendOutcome refuse(Draft draft, ImException why) {
    try {
      Optional<SentMessage> answer = Post.find(context, draft);
      if (answer.isPresent()) {
        return new SendOutcome.AlreadyDurable(answer.get());
      }
    } catch (IOException e) {
      return ofRetry(draft, e);
    } catch (RuntimeException e) {
      return new SendOutcome.NotWritten(e);
    }
    Optional<Throwable> failure = context.db().failure();
    return failure.isPresent()
        ? ofRetry(draft, readOnly(failure.get()))
        : new SendOutcome.NotWritten(why);
  }

  private static IOException readOnly(Throwable failure) {
    return new IOException("the store takes no writes", failure);
  }

  /**
   * Whether a message could be sent now, or was sent before.
   *
   * @param change sees the rows that are looked at
   * @throws ImException when it could not
   */
  public void check(Transaction change, Draft draft) throws IOException {
    if (Post.find(context, draft).isEmpty()) {
      new Post(context, change, new Fanout(context, change), mostBodyBytes).check(draft);
    }
  }

  /** Those that are there; drafts to others are refused one by one. */
  private static Set<ConversationId> existing(Transaction change, Set<ConversationId> conversations)
      throws IOException {
    Set<ConversationId> existing = new LinkedHashSet<>();
    for (ConversationId id : conversations) {
      if (change.findConversation(id).isPresent()) {
        existing.add(id);
      }
    }
    return existing;
  }

  private static Set<UserId> users(List<Draft> drafts) {
    Set<UserId> users = new HashSet<>();
    for (Draft draft : drafts) {
      users.add(draft.sender());
      users.addAll(draft.mentions());
      users.addAll(draft.onlyFor());
    }
    return users;
  }
}
