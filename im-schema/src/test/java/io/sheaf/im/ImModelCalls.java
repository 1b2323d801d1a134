package io.sheaf.im;

import static org.junit.jupiter.api.Assertions.fail;

import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.MessageState;
import io.sheaf.im.model.NewMember;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.model.SentMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Draws the calls of {@link ImModelRun}. */
final class ImModelCalls {
  private static final String[] USERS = {"ann", "bob", "cid", "dan", "eve"};

  /** Ids of conversations are ids of users, too: services count both from 1. */
  private static final String[] CONVERSATIONS = {"ann", "bob", "c3"};

  /** A call that changes something: on the store and on the model. */
  interface Call {
    @Nullable String onModel(ImModel model);

    @Nullable String onStore(ImStore store) throws IOException;

    /** Whether a crash leaves all of it or nothing; else each part of it is. */
    default boolean isAtomic() {
      return true;
    }
  }

  private final Random random;
  private final Supplier<ImModel> model;
  private int clients;

  /** Draws calls for what {@code model} is at the time. */
  ImModelCalls(Random random, Supplier<ImModel> model) {
    this.random = random;
    this.model = model;
  }

  /** A random call. */
  Call next() {
    String user = pick(USERS);
    String id = pick(CONVERSATIONS);
    long message = message(id);
    return switch (random.nextInt(40)) {
      case 0, 1 -> {
        boolean fromJoining = random.nextBoolean();
        List<String> members = some(USERS);
        yield call(
            m -> m.create(id, fromJoining, members),
            s -> s.conversations().create(conversation(id), fromJoining, newMembers(members)));
      }
      case 2, 3 -> {
        List<String> members = some(USERS);
        yield call(
            m -> m.join(id, members),
            s -> s.conversations().join(conversation(id), newMembers(members)));
      }
      case 4 ->
          call(m -> m.leave(id, user), s -> s.conversations().leave(conversation(id), user(user)));
      case 5 -> random.nextInt(3) > 0 ? send(id, user) : delete(id, user);
      case 6, 7, 8 ->
          call(
              m -> m.messages.recall(user, id, message),
              s -> s.messages().recall(user(user), conversation(id), new MessageId(message)));
      case 9, 10, 11 -> {
        String text = "edited " + random.nextInt(100);
        yield call(
            !model.get().atOnce,
            m -> m.messages.edit(user, id, message, text),
            s ->
                s.messages()
                    .edit(user(user), conversation(id), new MessageId(message), Body.of(text)));
      }
      case 12, 13 -> {
        String sign = random.nextBoolean() ? "+1" : "-1";
        boolean on = random.nextInt(3) > 0;
        yield call(
            !model.get().atOnce,
            m -> m.messages.react(user, id, message, sign, on),
            s -> s.reactions().set(user(user), conversation(id), new MessageId(message), sign, on));
      }
      case 14, 15 -> {
        boolean deleted = random.nextBoolean();
        int marks = random.nextInt(4);
        yield call(
            m -> m.messages.setState(user, id, message, deleted, marks),
            s ->
                s.messages()
                    .setState(
                        user(user),
                        conversation(id),
                        new MessageId(message),
                        new MessageState(deleted, marks)));
      }
      case 16 -> {
        boolean muted = random.nextBoolean();
        boolean pinned = random.nextBoolean();
        yield call(
            m -> m.set(user, id, muted, pinned),
            s -> s.list().set(user(user), conversation(id), muted, pinned));
      }
      case 17 ->
          call(m -> m.clear(user, id), s -> s.messages().clear(user(user), conversation(id)));
      case 18, 19, 20, 21 ->
          call(
              m -> m.read(user, id, message),
              s -> s.receipts().read(user(user), conversation(id), new MessageId(message)));
      case 22 ->
          call(
              false,
              m -> {
                m.writeWindow();
                return null;
              },
              ImStore::writeWindow);
      case 23 ->
          call(
              m -> {
                m.custom(user, "news");
                return null;
              },
              s -> s.sync().append(user(user), Body.of("news")));
      case 24, 25 -> {
        long position = random.nextInt(model.get().user(user).queue.size() + 2);
        yield call(
            m -> m.acknowledge(user, "d", position),
            s -> s.sync().acknowledge(user(user), DeviceId.of("d"), position));
      }
      case 26 ->
          call(
              m -> {
                m.addDevice(user, "d");
                return null;
              },
              s -> s.sync().addDevice(user(user), DeviceId.of("d")));
      default -> send(id, user);
    };
  }

  private Call delete(String id, String user) {
    return random.nextBoolean()
        ? call(m -> m.delete(id), s -> s.conversations().delete(conversation(id)))
        : call(
            false,
            m -> {
              m.purge(user);
              return null;
            },
            s -> s.conversations().purge(user(user), false));
  }

  private Call send(String id, String user) {
    boolean again = clients > 0 && random.nextInt(6) == 0;
    String client = random.nextInt(8) == 0 ? null : "m" + (again ? clients : ++clients);
    String text = "text " + random.nextInt(1000);
    List<String> mentions = random.nextInt(4) == 0 ? some(USERS) : List.of();
    List<String> onlyFor = random.nextInt(6) == 0 ? some(USERS) : List.of();
    boolean all = onlyFor.isEmpty() && random.nextInt(10) == 0;
    boolean past = random.nextInt(10) == 0;
    return new Call() {
      @Override
      public @Nullable String onModel(ImModel m) {
        return words(
            m.messages.send(id, user, client, text, mentions, all, onlyFor, time(m.nowMillis)));
      }

      @Override
      public @Nullable String onStore(ImStore s) {
        Draft draft =
            new Draft(
                conversation(id),
                user(user),
                client == null ? null : ClientMessageId.of(client),
                0,
                Body.of(text),
                users(mentions),
                all,
                users(onlyFor),
                past ? OptionalLong.of(time(model.get().nowMillis)) : OptionalLong.empty());
        return words(s.sender().send(draft));
      }

      private long time(long nowMillis) {
        return past ? nowMillis - 5_000 : nowMillis;
      }
    };
  }

  private static @Nullable String words(ImModelMessages.Sent sent) {
    ImModelRows.Msg message = sent.message();
    return message == null
        ? sent.error()
        : (sent.before() ? "again " : "sent ") + message.id + " " + message.sequence;
  }

  private static String words(SendOutcome outcome) {
    return switch (outcome) {
      case SendOutcome.Durable durable -> "sent " + words(durable.message());
      case SendOutcome.AlreadyDurable durable -> "again " + words(durable.message());
      case SendOutcome.NotWritten not -> not.cause().getClass().getSimpleName();
      case SendOutcome.Unknown unknown -> fail("unknown outcome", unknown.cause());
    };
  }

  private static String words(SentMessage message) {
    return message.id() + " " + message.sequence();
  }

  /** A message that may be there. */
  private long message(String id) {
    ImModelRows.Conv conv = model.get().conversation(id);
    if (conv == null || random.nextInt(10) == 0) {
      return 1L + random.nextInt(5);
    }
    List<Long> ids = new ArrayList<>(conv.messages.keySet());
    conv.members.values().forEach(member -> ids.addAll(member.privates.keySet()));
    return ids.isEmpty() ? 7 : ids.get(random.nextInt(ids.size()));
  }

  private interface OnModel {
    @Nullable String apply(ImModel model);
  }

  private interface OnStore {
    void apply(ImStore store) throws IOException;
  }

  private static Call call(OnModel onModel, OnStore onStore) {
    return call(true, onModel, onStore);
  }

  private static Call call(boolean isAtomic, OnModel onModel, OnStore onStore) {
    return new Call() {
      @Override
      public boolean isAtomic() {
        return isAtomic;
      }

      @Override
      public @Nullable String onModel(ImModel m) {
        return onModel.apply(m);
      }

      @Override
      public @Nullable String onStore(ImStore s) throws IOException {
        onStore.apply(s);
        return null;
      }
    };
  }

  private String pick(String[] all) {
    return all[random.nextInt(all.length)];
  }

  private List<String> some(String[] all) {
    List<String> some = new ArrayList<>();
    for (String one : all) {
      if (random.nextInt(3) == 0) {
        some.add(one);
      }
    }
    return some.isEmpty() ? List.of(pick(all)) : some;
  }

  private static UserId user(String name) {
    return UserId.of(name);
  }

  private static ConversationId conversation(String name) {
    return ConversationId.of(name);
  }

  private static List<UserId> users(List<String> names) {
    return names.stream().map(ImModelCalls::user).toList();
  }

  private static List<NewMember> newMembers(List<String> names) {
    return names.stream().map(name -> NewMember.of(user(name))).toList();
  }
}
