package io.sheaf.im;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.index.IndexDefinition;
import io.sheaf.im.index.IndexSource;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.ConversationEntry;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.MessagePlace;
import io.sheaf.im.model.MessageState;
import io.sheaf.im.model.NewMember;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.model.SentMessage;
import io.sheaf.im.model.SyncResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Random calls to a store by many threads: what a service does with a few users and conversations.
 */
final class Calls {
  static final List<UserId> USERS = IntStream.range(0, 6).mapToObj(UserId::of).toList();

  /** The conversations of their messages by what they say. */
  static final IndexDefinition BY_TEXT =
      new IndexDefinition(
          "by-text",
          IndexSource.MESSAGES,
          (row, entries) ->
              row.message()
                  .filter(message -> message.body().length() > 0)
                  .ifPresent(
                      message -> entries.ofConversation(UserId.of(message.body().text()).id())));

  /** Has a huge list. */
  private static final UserId ROBOT = USERS.getLast();

  private static final int CONVERSATIONS = 3;
  private static final DeviceId DEVICE = DeviceId.of("d");

  private final ImStore im;
  private final Queue<SentMessage> sent;
  private final Set<UserId> purged;

  /**
   * Calls of {@code im}.
   *
   * @param sent gets what was acknowledged
   * @param purged gets who is purged
   */
  Calls(ImStore im, Queue<SentMessage> sent, Set<UserId> purged) {
    this.im = im;
    this.sent = sent;
    this.purged = purged;
  }

  /** Makes a call; that others have deleted what it is about is no failure. */
  void next(SplittableRandom random) throws IOException {
    try {
      call(random);
    } catch (ImException refused) {
      assertTrue(!String.valueOf(refused.getMessage()).isEmpty());
    }
  }

  private void call(SplittableRandom random) throws IOException {
    UserId user = user(random);
    ConversationId id = conversation(random);
    switch (random.nextInt(40)) {
      case 0, 1, 2 -> im.conversations().create(id, random.nextInt(3) == 0, some(random));
      case 3, 4 -> im.conversations().join(id, some(random));
      case 5, 6 -> im.conversations().leave(id, user);
      case 7 -> remove(user, id, random);
      case 8, 9, 10 -> im.messages().recall(user, id, message(id, random));
      case 11 -> im.messages().edit(user, id, message(id, random), text(random));
      case 12 -> im.reactions().set(user, id, message(id, random), "+1", random.nextBoolean());
      case 13 -> {
        MessageState state = new MessageState(random.nextBoolean(), 1);
        im.messages().setState(user, id, message(id, random), state);
      }
      case 14 -> im.messages().clear(user, id);
      case 15, 16, 17, 18 -> im.receipts().read(user, id, message(id, random));
      case 19 -> im.writeWindow();
      case 20, 21, 22 -> sync(user, random);
      case 23 -> {
        List<ConversationEntry> _ = im.list().page(user, null, 10);
        List<ConversationEntry> _ = im.list().query(ROBOT, null, 10);
      }
      case 24 -> im.list().set(user, id, random.nextBoolean(), random.nextBoolean());
      case 25 -> im.removeStaleEntries();
      case 26 -> im.sealHeads();
      case 27 -> {
        List<HistoryMessage> _ = im.mentions().page(user, MessagePlace.END, 5);
      }
      case 28 -> im.deferred().add(draft(id, user, random), Duration.ofMinutes(1));
      case 29 -> {
        int _ = im.deferred().deliver();
      }
      case 30 -> {
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          drafts.add(draft(conversation(random), user(random), random));
        }
        im.sender().send(drafts).forEach(this::note);
      }
      default -> note(im.send(draft(id, user, random)));
    }
  }

  private void remove(UserId user, ConversationId id, SplittableRandom random) throws IOException {
    switch (random.nextInt(4)) {
      case 0 -> {
        purged.add(user);
        im.conversations().purge(user, user.equals(ROBOT));
      }
      case 1 -> im.conversations().delete(id);
      default -> im.sync().addDevice(user, DEVICE);
    }
  }

  private void sync(UserId user, SplittableRandom random) throws IOException {
    im.sync().addDevice(user, DEVICE);
    SyncResult result = im.sync().read(user, DEVICE, 1 + random.nextInt(100));
    if (result instanceof SyncResult.Events events && !events.events().isEmpty()) {
      long _ = im.sync().acknowledge(user, DEVICE, events.events().getFirst().position());
    }
  }

  /** Refused or written: nothing else may come of a send. */
  private void note(SendOutcome outcome) {
    switch (outcome) {
      case SendOutcome.Durable(SentMessage message) -> sent.add(message);
      case SendOutcome.AlreadyDurable _ -> {}
      case SendOutcome.NotWritten not -> assertInstanceOf(ImException.class, not.cause());
      case SendOutcome.Unknown unknown -> throw new AssertionError(unknown.cause());
    }
  }

  private MessageId message(ConversationId id, SplittableRandom random) throws IOException {
    List<Message> newest = im.history().messages(id, HistoryQuery.newest(10));
    if (newest.isEmpty()) {
      throw new ImException.UnknownMessage(id, MessageId.NONE);
    }
    return newest.get(random.nextInt(newest.size())).id();
  }

  private static Draft draft(ConversationId id, UserId user, SplittableRandom random) {
    boolean isPrivate = random.nextInt(4) == 0;
    return new Draft(
        id,
        user,
        random.nextBoolean() ? null : ClientMessageId.of(random.nextInt(100)),
        0,
        text(random),
        random.nextInt(3) == 0 ? List.of(user(random)) : List.of(),
        !isPrivate && random.nextInt(8) == 0,
        isPrivate ? List.of(user(random)) : List.of(),
        OptionalLong.empty());
  }

  private static Body text(SplittableRandom random) {
    return Body.of("text " + random.nextInt(4));
  }

  private static UserId user(SplittableRandom random) {
    return USERS.get(random.nextInt(USERS.size()));
  }

  private static ConversationId conversation(SplittableRandom random) {
    return ConversationId.of(random.nextInt(CONVERSATIONS));
  }

  private static List<NewMember> some(SplittableRandom random) {
    List<NewMember> some = new ArrayList<>();
    for (UserId user : USERS) {
      if (random.nextBoolean()) {
        some.add(new NewMember(user, 0, user.equals(ROBOT)));
      }
    }
    return some;
  }
}
