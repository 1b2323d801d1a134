package io.sheaf.im;

import static io.sheaf.im.SmallIm.ANN;
import static io.sheaf.im.SmallIm.BOB;
import static io.sheaf.im.SmallIm.EVE;
import static io.sheaf.im.SmallIm.PHONE;
import static io.sheaf.im.SmallIm.TEAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.MessageState;
import io.sheaf.im.model.NewMember;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.stats.Counter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Each wrong call is refused by an error that names what is wrong, and not a row is written. */
final class BadInputTest {
  private static final ConversationId NONE = ConversationId.of("none");
  private static final DeviceId OTHER = DeviceId.of("other");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Body TOO_LARGE = Body.of("x".repeat((64 << 10) + 1));

  private SmallIm small;
  private ImStore im;
  private MessageId message;

  @BeforeEach
  void open() throws IOException {
    small = new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT).withTeam(ANN, BOB);
    im = small.im;
    message = small.send(ANN, "hello").id();
  }

  @AfterEach
  void close() throws IOException {
    small.close();
  }

  @Test
  void unknownConversations() {
    List<Executable> calls =
        List.of(
            () -> im.conversations().join(NONE, List.of(NewMember.of(ANN))),
            () -> im.conversations().leave(NONE, ANN),
            () -> im.conversations().delete(NONE),
            () -> im.conversations().members(NONE, null, 1),
            () -> im.history().page(ANN, NONE, HistoryQuery.newest(1)),
            () -> im.history().messages(NONE, HistoryQuery.newest(1)),
            () -> im.history().find(ANN, NONE, message),
            () -> im.list().entry(ANN, NONE),
            () -> im.list().set(ANN, NONE, true, true),
            () -> im.receipts().read(ANN, NONE, message),
            () -> im.receipts().of(NONE, message),
            () -> im.messages().recall(ANN, NONE, message),
            () -> im.messages().edit(ANN, NONE, message, Body.EMPTY),
            () -> im.messages().setState(ANN, NONE, message, MessageState.NONE),
            () -> im.messages().clear(ANN, NONE),
            () -> im.reactions().set(ANN, NONE, message, "+1", true),
            () -> im.deferred().add(draft(NONE, ANN), HOUR),
            () -> send(draft(NONE, ANN)));
    calls.forEach(call -> refuses(ImException.UnknownConversation.class, "'none'", call));
  }

  @Test
  void whoIsNoMember() {
    Draft good = draft(TEAM, ANN);
    List<Executable> calls =
        List.of(
            () -> im.conversations().leave(TEAM, EVE),
            () -> im.history().page(EVE, TEAM, HistoryQuery.newest(1)),
            () -> im.history().find(EVE, TEAM, message),
            () -> im.list().entry(EVE, TEAM),
            () -> im.list().set(EVE, TEAM, true, true),
            () -> im.receipts().read(EVE, TEAM, message),
            () -> im.messages().recall(EVE, TEAM, message),
            () -> im.messages().edit(EVE, TEAM, message, Body.EMPTY),
            () -> im.messages().setState(EVE, TEAM, message, MessageState.NONE),
            () -> im.messages().clear(EVE, TEAM),
            () -> im.reactions().set(EVE, TEAM, message, "+1", true),
            () -> im.deferred().add(draft(TEAM, EVE), HOUR),
            () -> send(draft(TEAM, EVE)),
            () -> send(good.mentioning(List.of(BOB, EVE))),
            () -> send(good.onlyFor(List.of(BOB, EVE))));
    calls.forEach(call -> refuses(ImException.NotMember.class, "'eve'", call));
  }

  @Test
  void unknownMessages() {
    MessageId none = message.next();
    List<Executable> calls =
        List.of(
            () -> im.receipts().of(TEAM, none),
            () -> im.messages().recall(ANN, TEAM, none),
            () -> im.messages().edit(ANN, TEAM, none, Body.EMPTY),
            () -> im.messages().setState(ANN, TEAM, none, MessageState.NONE),
            () -> im.reactions().set(ANN, TEAM, none, "+1", true));
    calls.forEach(call -> refuses(ImException.UnknownMessage.class, none.toString(), call));
  }

  @Test
  void unknownDevices() {
    List<Executable> calls =
        List.of(
            () -> im.sync().read(ANN, OTHER, 1),
            () -> im.sync().await(ANN, OTHER, 1, HOUR),
            () -> im.sync().acknowledge(ANN, OTHER, 0),
            () -> im.sync().removeDevice(ANN, OTHER));
    calls.forEach(call -> refuses(ImException.UnknownDevice.class, "'other'", call));
  }

  @Test
  void bodiesThatAreTooLarge() {
    Draft large = Draft.of(TEAM, ANN, ClientMessageId.of("large"), TOO_LARGE);
    List<Executable> calls =
        List.of(
            () -> send(large),
            () -> im.deferred().add(large, HOUR),
            () -> im.messages().edit(ANN, TEAM, message, TOO_LARGE),
            () -> im.sync().append(ANN, TOO_LARGE));
    calls.forEach(call -> refuses(ImException.BodyTooLarge.class, "65537", call));
  }

  @Test
  void whatHasNotHappenedYet() {
    refuses(ImException.AcknowledgedTooFar.class, " 3", () -> im.sync().acknowledge(ANN, PHONE, 3));
    MessageId next = message.next();
    refuses(
        ImException.ReadTooFar.class, next.toString(), () -> im.receipts().read(BOB, TEAM, next));
    refuses(
        ImException.TimeOutOfRange.class,
        "not from",
        () -> send(draft(TEAM, ANN).at(small.nowMillis.get() + Duration.ofDays(2).toMillis())));
  }

  @Test
  void whatIsThereOrGone() throws Exception {
    refuses(
        ImException.ConversationExists.class,
        "'team'",
        () -> im.conversations().create(TEAM, false, List.of()));
    im.messages().recall(ANN, TEAM, message);
    refuses(
        ImException.Recalled.class,
        message.toString(),
        () -> im.messages().edit(ANN, TEAM, message, Body.of("again")));
  }

  /** What comes late is no error, and changes nothing. */
  @Test
  void whatIsOutOfOrder() throws Exception {
    MessageId newest = small.send(ANN, "newest").id();
    im.receipts().read(BOB, TEAM, newest);
    im.writeWindow();
    assertEquals(4, im.sync().acknowledge(BOB, PHONE, 4));
    long before = written();
    for (long position : new long[] {3, 0, -1}) {
      assertEquals(4, im.sync().acknowledge(BOB, PHONE, position));
    }
    im.receipts().read(BOB, TEAM, message);
    im.receipts().read(BOB, TEAM, MessageId.NONE);
    im.writeWindow();
    im.messages().recall(ANN, TEAM, message);
    long once = written();
    im.messages().recall(ANN, TEAM, message);
    assertEquals(once, written());
    assertTrue(once > before);
    assertEquals(2, im.list().entry(BOB, TEAM).readSequence());
  }

  @Test
  void idsThatAreNone() {
    for (String id : new String[] {"", "x".repeat(65)}) {
      List<Executable> calls =
          List.of(
              () -> UserId.of(id),
              () -> ConversationId.of(id),
              () -> DeviceId.of(id),
              () -> ClientMessageId.of(id),
              () -> im.reactions().set(ANN, TEAM, message, id, true));
      calls.forEach(call -> refuses(IllegalArgumentException.class, "1 to 64 bytes", call));
    }
  }

  private static Draft draft(ConversationId conversation, UserId sender) {
    return Draft.of(conversation, sender, ClientMessageId.of("c1"), Body.of("x"));
  }

  private void send(Draft draft) throws Exception {
    throw SmallIm.refusal(im.send(draft));
  }

  private void refuses(Class<? extends Exception> expected, String named, Executable call) {
    long before = written();
    Exception refused = assertThrows(expected, call);
    assertTrue(String.valueOf(refused.getMessage()).contains(named), refused::getMessage);
    assertEquals(before, written(), refused::getMessage);
  }

  private long written() {
    return small.db.statistics().get(Counter.ROWS_WRITTEN);
  }
}
