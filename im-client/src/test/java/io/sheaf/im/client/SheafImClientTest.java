package io.sheaf.im.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.sheaf.engine.Sheaf;
import io.sheaf.im.ImOptions;
import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Conversation;
import io.sheaf.im.model.ConversationEntry;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.MessagePlace;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.model.Reaction;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.model.SentMessage;
import io.sheaf.im.model.SyncResult;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.server.ServerOptions;
import io.sheaf.server.SheafServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against a store that is served. */
final class SheafImClientTest {
  private static final UserId ANN = UserId.of("ann");
  private static final UserId BOB = UserId.of(17);
  private static final ConversationId TEAM = ConversationId.of("team");
  private static final DeviceId PHONE = DeviceId.of("phone");

  @TempDir private Path directory;
  private Db db;
  private SheafServer server;
  private SheafImClient im;

  @BeforeEach
  void serve() throws IOException {
    db = Sheaf.open(directory, DbOptions.DEFAULT.withMemory(32L << 20, 8L << 20));
    ImOptions atOnce = ImOptions.DEFAULT.withWindow(Duration.ZERO);
    server = SheafServer.start(db, ServerOptions.DEFAULT.withPort(0).withIm(atOnce));
    im = SheafImClient.connect("redis://127.0.0.1:" + server.port() + "?timeout=30s");
    im.create(TEAM, false, 1, List.of(ANN, BOB));
    im.addDevice(BOB, PHONE);
  }

  @AfterEach
  void stop() throws IOException {
    im.close();
    server.close();
    db.close();
  }

  private static Draft draft(String id, String text) {
    return Draft.of(TEAM, ANN, ClientMessageId.of(id), Body.of(text));
  }

  private SentMessage sent(Draft draft) {
    return assertInstanceOf(SendOutcome.Durable.class, im.send(draft)).message();
  }

  @Test
  void aMessageIsThereWhereItShouldBe() {
    SentMessage sent = sent(draft("a1", "hello").mentioning(List.of(BOB)).ofType(7));
    assertEquals(2, sent.deliveries().size());
    assertEquals(
        new SendOutcome.AlreadyDurable(new SentMessage(TEAM, sent.id(), 1, sent.deliveries())),
        im.send(draft("a1", "hello").mentioning(List.of(BOB)).ofType(7)));

    HistoryMessage seen = im.history(BOB, TEAM, HistoryQuery.newest(10)).getFirst();
    assertEquals(sent.id(), seen.message().id());
    assertEquals(Body.of("hello"), seen.message().body());
    assertEquals(List.of(BOB), seen.message().mentions());
    assertEquals(7, seen.message().type());
    assertEquals(List.of(seen), im.mentions(BOB, MessagePlace.END, 10));
    assertEquals(List.of(), im.mentions(BOB, MessagePlace.of(seen.message()), 10));
    assertEquals(List.of(), im.history(BOB, TEAM, HistoryQuery.before(sent.id(), 10)));

    ConversationEntry entry = im.conversations(BOB, null, 10).getFirst();
    assertEquals(1, entry.unread());
    assertTrue(entry.isMentioned());
    assertEquals(seen.message(), entry.lastMessage().orElseThrow());
    assertEquals(List.of(), im.conversations(BOB, entry, 10));
    im.read(BOB, TEAM, sent.id());
    assertEquals(0, im.unread(BOB));
    assertEquals(List.of(BOB), im.receipt(TEAM, sent.id()).read());

    SyncResult.Events news = assertInstanceOf(SyncResult.Events.class, im.sync(BOB, PHONE, 500));
    assertTrue(news.upToDate());
    assertEquals(
        List.of(1L, 2L), news.events().stream().map(QueuedEvent::position).limit(2).toList());
    assertEquals(2, im.acknowledge(BOB, PHONE, 2));
    assertEquals(2, im.devices(BOB).getFirst().position());
  }

  @Test
  void whatBecomesOfAMessageIsSeen() {
    MessageId id = sent(draft("a1", "hello")).id();
    im.edit(ANN, TEAM, id, Body.of("hello!"));
    im.react(BOB, TEAM, id, "+1", true);
    im.mark(BOB, TEAM, id, 3);
    assertEquals(List.of(new Reaction("+1", BOB)), im.reactions(TEAM, id));
    HistoryMessage seen = im.message(BOB, TEAM, id).orElseThrow();
    assertEquals(Body.of("hello!"), seen.message().body());
    assertEquals(3, seen.state().marks());
    im.delete(BOB, TEAM, id);
    assertTrue(im.message(BOB, TEAM, id).isEmpty());
    im.recall(ANN, TEAM, id);
    assertEquals(
        Message.Status.RECALLED, im.message(ANN, TEAM, id).orElseThrow().message().status());
  }

  @Test
  void membersComeAndGo() {
    UserId eve = UserId.of("eve");
    im.join(TEAM, 3, List.of(eve));
    assertEquals(3, im.members(TEAM, ANN, 10).getFirst().role());
    im.leave(TEAM, eve);
    assertEquals(2, im.find(TEAM).map(Conversation::memberCount).orElseThrow());
    im.set(BOB, TEAM, true, false);
    assertTrue(im.conversations(BOB, null, 10).getFirst().isMuted());
    im.clear(BOB, TEAM);
    im.purge(BOB, false);
    assertEquals(1, im.find(TEAM).map(Conversation::memberCount).orElseThrow());
    im.drop(TEAM);
    assertTrue(im.find(TEAM).isEmpty());
  }

  @Test
  void refusalsAreTold() {
    RefusedException refused =
        assertThrows(RefusedException.class, () -> im.members(ConversationId.of("none"), null, 10));
    assertEquals("NOCONVERSATION", refused.code());
    SendOutcome.NotWritten not =
        assertInstanceOf(
            SendOutcome.NotWritten.class,
            im.send(Draft.of(TEAM, UserId.of("eve"), ClientMessageId.of(1), Body.of("hi"))));
    assertEquals("NOTMEMBER", ((RefusedException) not.cause()).code());
  }

  @Test
  void eventsArePushed() throws InterruptedException {
    Told told = new Told();
    try (DeviceSubscription phone = im.subscribe(BOB, PHONE, told)) {
      assertEquals(1, phone.newestPosition());
      MessageId id = sent(draft("a1", "hello")).id();
      QueuedEvent event = assertInstanceOf(QueuedEvent.class, told.next());
      assertEquals(2, event.position());
      Event.OfMessage sent = assertInstanceOf(Event.OfMessage.class, event.event());
      assertEquals(id, sent.id());
      assertEquals(Body.of("hello"), sent.message().orElseThrow().body());
      assertEquals(3, im.append(BOB, Body.of("of the service")));
      assertEquals(new QueuedEvent(3, new Event.Custom(Body.of("of the service"))), told.next());
    }
    assertEquals(4, im.append(BOB, Body.EMPTY));
    assertEquals(2, im.members(TEAM, null, 10).size()); // an answer later than the push would be
    assertTrue(told.words.isEmpty(), told.words.toString());
  }

  @Test
  void aLostConnectionIsMadeAgain() throws InterruptedException {
    Told told = new Told();
    RedisClient other = RedisClient.create("redis://127.0.0.1:" + server.port());
    try (DeviceSubscription _ = im.subscribe(BOB, PHONE, told);
        StatefulRedisConnection<String, String> connection = other.connect()) {
      assertEquals(1, connection.sync().clientKill(KillArgs.Builder.skipme()));
      assertEquals("behind", told.next());
      assertEquals(2, im.append(BOB, Body.of("news")));
      assertEquals(new QueuedEvent(2, new Event.Custom(Body.of("news"))), told.next());
    } finally {
      other.shutdown();
    }
  }

  @Test
  void whatMayHaveBeenCarriedOutIsNotSentAgain() throws IOException {
    try (CuttingProxy proxy = new CuttingProxy(server.port());
        SheafImClient cut =
            SheafImClient.connect("redis://127.0.0.1:" + proxy.port() + "?timeout=30s")) {
      assertEquals(1, cut.devices(BOB).size()); // so that no reply of the greeting is still to come
      proxy.cutBeforeNextReply();
      assertThrows(RedisException.class, () -> cut.append(BOB, Body.of("once")));
      assertEquals(1, cut.devices(BOB).size());
      proxy.cutBeforeNextReply();
      assertEquals(1, cut.devices(BOB).size()); // asked again over the next connection
      SyncResult.Events news = assertInstanceOf(SyncResult.Events.class, cut.sync(BOB, PHONE, 9));
      assertEquals(new QueuedEvent(2, new Event.Custom(Body.of("once"))), news.events().getLast());
      assertEquals(1, cut.devices(BOB).size());
      proxy.cutBeforeNextReply();
      assertInstanceOf(SendOutcome.Unknown.class, cut.send(draft("a1", "hello")));
      assertInstanceOf(SendOutcome.AlreadyDurable.class, cut.send(draft("a1", "hello")));
    }
  }

  @Test
  void anotherListenerOfADeviceStaysWhenTheFirstIsClosed() throws InterruptedException {
    Told first = new Told();
    Told second = new Told();
    DeviceSubscription replaced = im.subscribe(BOB, PHONE, first);
    try (DeviceSubscription _ = im.subscribe(BOB, PHONE, second)) {
      replaced.close();
      assertEquals(2, im.append(BOB, Body.of("news")));
      assertEquals(new QueuedEvent(2, new Event.Custom(Body.of("news"))), second.next());
      assertTrue(first.words.isEmpty());
    }
  }

  /** Keeps what is pushed. */
  private static final class Told implements DeviceListener {
    final BlockingQueue<Object> words = new LinkedBlockingQueue<>();

    Object next() throws InterruptedException {
      return Objects.requireNonNull(words.poll(30, TimeUnit.SECONDS), "nothing was pushed");
    }

    @Override
    public void pushed(QueuedEvent event) {
      words.add(event);
    }

    @Override
    public void behind() {
      words.add("behind");
    }
  }
}
