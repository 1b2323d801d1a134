package io.sheaf.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.sheaf.engine.Sheaf;
import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.MessageState;
import io.sheaf.im.model.NewMember;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.model.SentMessage;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.io.CrashFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@link ImModelTest}: a store, its model, random calls to both, and crashes in between
 * and inside of calls.
 */
final class ImModelRun implements AutoCloseable {
  private static final String[] USERS = {"ann", "bob", "cid", "dan", "eve"};

  /** Ids of conversations are ids of users, too: services count both from 1. */
  private static final String[] CONVERSATIONS = {"ann", "bob", "c3"};

  private static final Path DIRECTORY = Path.of("/im");
  private static final long BEGIN_MILLIS = 1_700_000_000_000L;
  private static final long LONGEST_MILLIS = 20L * 24 * 60 * 60 * 1000;

  /** A call that changes something: on the store and on the model. */
  private interface Call {
    @Nullable String onModel(ImModel model);

    @Nullable String onStore(ImStore store) throws IOException;

    /** Whether a crash leaves all of it or nothing; else each part of it is. */
    default boolean isAtomic() {
      return true;
    }
  }

  private final Random random;
  private final int largeMembers;
  private final boolean atOnce;
  private final boolean powerCuts;
  private final long rebaseEvents;
  private final List<Function<ImModel, @Nullable String>> history = new ArrayList<>();
  private CrashFileSystem disk = new CrashFileSystem();
  private ImModel model;
  private @Nullable Db db;
  private @Nullable ImStore store;
  private int clients;

  ImModelRun(long seed) throws IOException {
    random = new Random(seed);
    largeMembers = random.nextInt(4) == 0 ? 100 : 2 + random.nextInt(3);
    atOnce = random.nextBoolean();
    powerCuts = random.nextBoolean();
    rebaseEvents = random.nextBoolean() ? 10_000 : 5 + random.nextInt(20);
    model = new ImModel(largeMembers, atOnce, BEGIN_MILLIS);
    open();
  }

  void run(int calls) throws Exception {
    for (int i = 0; i < calls; i++) {
      switch (random.nextInt(30)) {
        case 0 -> crash();
        case 1 -> {
          Call call = randomCall();
          if (call.isAtomic()) {
            crashInside(call);
          } else {
            both(call);
          }
        }
        case 2 -> reopen();
        case 3 -> db().flush();
        case 4 -> pass();
        default -> both(randomCall());
      }
      if (random.nextInt(8) == 0) {
        check();
      }
    }
    check();
    reopen();
    check();
  }

  @Override
  public void close() throws IOException {
    try (Db beneath = db;
        ImStore above = store) {
      store = null;
      db = null;
      assert (beneath == null) == (above == null);
    }
  }

  private void open() throws IOException {
    DbOptions options =
        DbOptions.DEFAULT
            .withMemory(16 << 20, 64 << 10)
            .withDurability(powerCuts ? Durability.SYNC : Durability.WRITTEN)
            .withCompaction(new CompactionLimits(1, 1.25, 0, 8 << 10, 4));
    Db opened =
        Db.open(
            DIRECTORY,
            options,
            Sheaf.components().withFileSystem(disk).withClock(() -> model.nowMillis));
    db = opened;
    store =
        ImStore.open(
            opened,
            ImOptions.DEFAULT
                .withLargeMembers(largeMembers)
                .withRebaseEvents(rebaseEvents)
                .withWindow(atOnce ? Duration.ZERO : Duration.ofMinutes(1)),
            () -> model.nowMillis);
  }

  private void reopen() throws IOException {
    onModel(present -> {
      present.writeWindow();
      return null;
    });
    close();
    open();
  }

  /** The process dies, or the power goes, between two calls. */
  private void crash() throws IOException {
    CrashFileSystem left = powerCuts ? disk.crashClone(random) : disk.killClone();
    close();
    disk = left;
    onModel(present -> {
      present.crash();
      return null;
    });
    open();
  }

  /** The same while a call is under way: afterwards it has happened, or it has not. */
  private void crashInside(Call call) throws IOException {
    CrashFileSystem running = disk;
    CrashFileSystem[] left = new CrashFileSystem[1];
    int[] operation = {1 + random.nextInt(3)};
    Random cut = new Random(random.nextLong());
    running.onOperation(name -> {
      if (--operation[0] == 0) {
        left[0] = powerCuts ? running.crashClone(cut) : running.killClone();
      }
    });
    List<Function<ImModel, @Nullable String>> before = List.copyOf(history);
    both(call);
    running.onOperation(name -> {});
    if (left[0] == null) {
      return;
    }
    ImModel after = model;
    close();
    disk = left[0];
    ImModel without = new ImModel(largeMembers, atOnce, BEGIN_MILLIS);
    for (Function<ImModel, @Nullable String> change : before) {
      String _ = change.apply(without);
    }
    open();
    after.crash();
    without.crash();
    AssertionError asAfter = difference(after);
    if (asAfter == null) {
      onModel(present -> {
        present.crash();
        return null;
      });
      return;
    }
    AssertionError asBefore = difference(without);
    if (asBefore != null) {
      asBefore.addSuppressed(asAfter);
      throw asBefore;
    }
    history.clear();
    history.addAll(before);
    history.add(present -> {
      present.crash();
      return null;
    });
    model = without;
  }

  /** Time passes, with what the store does on its own meanwhile. */
  private void pass() throws IOException {
    long part = random.nextInt(3) == 0 ? ImModel.EVENT_MILLIS / 16 : 1 + random.nextInt(100_000);
    int parts = random.nextInt(20);
    for (int i = 0; i < parts && model.nowMillis < BEGIN_MILLIS + LONGEST_MILLIS; i++) {
      onModel(present -> {
        present.nowMillis += part;
        return null;
      });
      store().sealHeads();
    }
  }

  private void both(Call call) throws IOException {
    String expected = onModel(call::onModel);
    String found;
    try {
      found = call.onStore(store());
    } catch (ImException e) {
      found = e.getClass().getSimpleName();
    }
    assertEquals(expected, found, () -> "after " + history.size() + " calls");
  }

  private @Nullable String onModel(Function<ImModel, @Nullable String> change) {
    history.add(change);
    return change.apply(model);
  }

  private void check() throws IOException {
    AssertionError different = difference(model);
    if (different != null) {
      throw different;
    }
  }

  private @Nullable AssertionError difference(ImModel expected) throws IOException {
    try {
      new ImModelCheck(expected, store(), rebaseEvents).check(this::fetched);
      return null;
    } catch (AssertionError e) {
      return e;
    }
  }

  /** A device of the user has synced: what it fetched stays fetched. */
  private void fetched(ImModel present, String user) {
    if (present == model) {
      onModel(one -> {
        one.fetch(user);
        return null;
      });
    } else {
      present.fetch(user);
    }
  }

  private Call randomCall() {
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
              m -> m.recall(user, id, message),
              s -> s.messages().recall(user(user), conversation(id), new MessageId(message)));
      case 9, 10, 11 -> {
        String text = "edited " + random.nextInt(100);
        yield call(
            !atOnce,
            m -> m.edit(user, id, message, text),
            s ->
                s.messages()
                    .edit(user(user), conversation(id), new MessageId(message), Body.of(text)));
      }
      case 12, 13 -> {
        String sign = random.nextBoolean() ? "+1" : "-1";
        boolean on = random.nextInt(3) > 0;
        yield call(
            !atOnce,
            m -> m.react(user, id, message, sign, on),
            s -> s.reactions().set(user(user), conversation(id), new MessageId(message), sign, on));
      }
      case 14, 15 -> {
        boolean deleted = random.nextBoolean();
        int marks = random.nextInt(4);
        yield call(
            m -> m.setState(user, id, message, deleted, marks),
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
        long position = random.nextInt(model.user(user).queue.size() + 2);
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
        return words(m.send(id, user, client, text, mentions, all, onlyFor, time(m.nowMillis)));
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
                past ? OptionalLong.of(time(model.nowMillis)) : OptionalLong.empty());
        return words(s.sender().send(draft));
      }

      private long time(long nowMillis) {
        return past ? nowMillis - 5_000 : nowMillis;
      }
    };
  }

  private static @Nullable String words(ImModel.Sent sent) {
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
    ImModelRows.Conv conv = model.conversation(id);
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

  private ImStore store() {
    if (store == null) {
      throw new IllegalStateException("no store is open");
    }
    return store;
  }

  private Db db() {
    if (db == null) {
      throw new IllegalStateException("no store is open");
    }
    return db;
  }

  static UserId user(String name) {
    return UserId.of(name);
  }

  static ConversationId conversation(String name) {
    return ConversationId.of(name);
  }

  private static List<UserId> users(List<String> names) {
    return names.stream().map(ImModelRun::user).toList();
  }

  private static List<NewMember> newMembers(List<String> names) {
    return names.stream().map(name -> NewMember.of(user(name))).toList();
  }
}
