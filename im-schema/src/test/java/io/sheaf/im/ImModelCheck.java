package io.sheaf.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.inbox.ConversationList;
import io.sheaf.im.index.IndexDefinition;
import io.sheaf.im.model.ConversationEntry;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.MessagePlace;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.model.ReadReceipt;
import io.sheaf.im.model.SyncResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Compares all that a store shows with its model. */
final class ImModelCheck {
  private static final int PAGE = 3;
  private static final DeviceId PROBE = DeviceId.of("probe");

  private final ImModel model;
  private final ImStore store;
  private final long rebaseEvents;

  ImModelCheck(ImModel model, ImStore store, long rebaseEvents) {
    this.model = model;
    this.store = store;
    this.rebaseEvents = rebaseEvents;
  }

  /**
   * Compares everything.
   *
   * @param fetch is told of each user whose device syncs
   */
  void check(BiConsumer<ImModel, String> fetch) throws IOException {
    for (String id : model.conversations.keySet()) {
      checkConversation(id);
    }
    for (String name : List.copyOf(model.users.keySet())) {
      checkList(name);
      checkMentions(name);
      checkQueue(name, fetch);
    }
  }

  private void checkConversation(String id) throws IOException {
    ConversationId conversation = ConversationId.of(id);
    ImModelRows.Conv conv = model.conversation(id);
    assertEquals(conv != null, store.conversations().find(conversation).isPresent(), id);
    if (conv == null) {
      return;
    }
    assertEquals(
        List.copyOf(conv.members.keySet()),
        store.conversations().members(conversation, null, 100).stream()
            .map(member -> member.user().toString())
            .toList());
    assertEquals(
        conv.messages.values().stream().map(ImModelRows.Msg::toString).toList(),
        store.history().messages(conversation, HistoryQuery.after(MessageId.NONE, 1000)).stream()
            .map(ImModelCheck::words)
            .toList());
    for (String name : conv.members.keySet()) {
      checkHistory(name, id);
      assertEquals(
          model.view.entry(name, id), words(store.list().entry(UserId.of(name), conversation)));
    }
    for (ImModelRows.Msg message : conv.messages.values()) {
      checkReaders(id, conv, message);
      assertEquals(
          List.copyOf(conv.reactions.getOrDefault(message.id, new TreeSet<>())),
          store.reactions().of(conversation, new MessageId(message.id)).stream()
              .map(reaction -> reaction.sign() + " " + reaction.user())
              .toList());
    }
    List<ImModelRows.Msg> newestFirst = new ArrayList<>(conv.messages.descendingMap().values());
    for (String name : List.of("ann", "bob")) {
      assertEquals(
          newestFirst.stream()
              .filter(message -> message.sender.equals(name))
              .map(ImModelRows.Msg::toString)
              .toList(),
          store
              .indexes()
              .ofConversation("sender", conversation, UserId.of(name).id(), MessageId.HIGHEST, 1000)
              .stream()
              .map(ImModelCheck::words)
              .toList());
    }
    assertEquals(
        newestFirst.stream()
            .filter(message -> message.recalled)
            .map(ImModelRows.Msg::toString)
            .toList(),
        store
            .indexes()
            .ofConversation(
                "recalled", conversation, IndexDefinition.NO_VALUE, MessageId.HIGHEST, 1000)
            .stream()
            .map(ImModelCheck::words)
            .toList());
  }

  private void checkReaders(String id, ImModelRows.Conv conv, ImModelRows.Msg message)
      throws IOException {
    List<String> read = new ArrayList<>();
    List<String> unread = new ArrayList<>();
    for (Map.Entry<String, ImModelRows.Mem> member : conv.members.entrySet()) {
      if (member.getValue().beforeSequence < message.sequence
          && !member.getKey().equals(message.sender)) {
        (member.getValue().readSequence >= message.sequence ? read : unread).add(member.getKey());
      }
    }
    ReadReceipt found = store.receipts().of(ConversationId.of(id), new MessageId(message.id));
    assertEquals(
        read.size() + " " + unread.size(),
        found.readCount() + " " + found.unreadCount(),
        () -> "readers of " + message + " in " + id + (conv.large ? ", large" : ""));
    if (!conv.large) {
      assertEquals(read, found.read().stream().map(UserId::toString).toList());
      assertEquals(unread, found.unread().stream().map(UserId::toString).toList());
    }
  }

  private void checkHistory(String name, String id) throws IOException {
    UserId user = UserId.of(name);
    ConversationId conversation = ConversationId.of(id);
    List<String> oldestFirst = new ArrayList<>();
    for (ImModelRows.Msg message : model.view.visible(name, id)) {
      oldestFirst.add(message + " " + model.view.marks(name, id, message.id));
    }
    List<String> onward = new ArrayList<>();
    List<HistoryMessage> page =
        store.history().page(user, conversation, HistoryQuery.after(MessageId.NONE, PAGE));
    while (!page.isEmpty()) {
      page.forEach(message -> onward.add(words(message)));
      MessageId last = page.getLast().message().id();
      page = store.history().page(user, conversation, HistoryQuery.after(last, PAGE));
    }
    assertEquals(oldestFirst, onward, () -> "what " + name + " sees of " + id);
    List<String> back = new ArrayList<>();
    page = store.history().page(user, conversation, HistoryQuery.newest(PAGE));
    while (!page.isEmpty()) {
      page.forEach(message -> back.add(words(message)));
      MessageId last = page.getLast().message().id();
      page = store.history().page(user, conversation, HistoryQuery.before(last, PAGE));
    }
    Collections.reverse(back);
    assertEquals(oldestFirst, back, () -> "what " + name + " sees of " + id + ", backwards");
  }

  private void checkList(String name) throws IOException {
    List<String> expected =
        conversationsOf(name)
            .sorted(
                Comparator.comparing((String id) -> newest(name, id))
                    .reversed()
                    .thenComparing(Comparator.naturalOrder()))
            .map(id -> model.view.entry(name, id))
            .toList();
    List<String> found = new ArrayList<>();
    List<ConversationEntry> page = store.list().page(UserId.of(name), null, 2);
    while (!page.isEmpty()) {
      page.forEach(entry -> found.add(words(entry)));
      page = store.list().page(UserId.of(name), ConversationList.Place.of(page.getLast()), 2);
    }
    assertEquals(expected, found, () -> "list of " + name);
  }

  private void checkMentions(String name) throws IOException {
    List<ImModelRows.Msg> expected = new ArrayList<>();
    conversationsOf(name)
        .forEach(id ->
            model.view.visible(name, id).stream()
                .filter(message -> message.mentions(name) && !message.purged.contains(name))
                .forEach(expected::add));
    expected.sort(Comparator.comparingLong((ImModelRows.Msg message) -> message.id).reversed());
    List<Message> found =
        store.mentions().page(UserId.of(name), MessagePlace.END, 1000).stream()
            .map(HistoryMessage::message)
            .toList();
    assertEquals(
        new TreeSet<>(expected.stream().map(ImModelRows.Msg::toString).toList()),
        new TreeSet<>(found.stream().map(ImModelCheck::words).toList()),
        () -> "mentions of " + name);
    for (int i = 1; i < found.size(); i++) {
      assertTrue(found.get(i - 1).id().compareTo(found.get(i).id()) >= 0);
    }
  }

  private void checkQueue(String name, BiConsumer<ImModel, String> fetch) throws IOException {
    ImModelRows.User user = model.user(name);
    assertEquals(
        List.copyOf(user.devices.keySet()),
        store.sync().devices(UserId.of(name)).stream()
            .map(device -> device.id().toString())
            .toList());
    for (Map.Entry<String, Long> device : user.devices.entrySet()) {
      fetch.accept(model, name);
      checkDevice(name, device.getKey(), device.getValue());
    }
    if (user.devices.isEmpty()) {
      UserId id = UserId.of(name);
      store.sync().addDevice(id, PROBE);
      try {
        fetch.accept(model, name);
        checkDevice(name, PROBE.toString(), 0);
      } finally {
        store.sync().removeDevice(id, PROBE);
      }
    }
  }

  private void checkDevice(String name, String device, long place) throws IOException {
    List<ImModelRows.Ev> queue = model.user(name).queue;
    long newest = queue.size();
    long oldest = model.view.oldestKept(name);
    SyncResult result = store.sync().read(UserId.of(name), DeviceId.of(device), 10_000);
    boolean rebased = newest > place && (newest - place > rebaseEvents || oldest > place + 1);
    if (rebased) {
      assertEquals(
          new SyncResult.Rebase(newest, oldest),
          result,
          () -> "queue of " + name + " from " + place);
      return;
    }
    List<String> expected = new ArrayList<>();
    for (long position = place + 1; position <= newest; position++) {
      expected.add(position + " " + words(name, queue.get((int) position - 1)));
    }
    List<String> found = new ArrayList<>();
    if (result instanceof SyncResult.Events events) {
      events.events().forEach(event -> found.add(words(event)));
    } else {
      found.add(result.toString());
    }
    assertEquals(expected, found, () -> "queue of " + name + " from " + place);
    assertTrue(
        result instanceof SyncResult.Events events
            && events.newestPosition() == newest
            && events.upToDate(),
        result::toString);
  }

  private String words(String name, ImModelRows.Ev event) {
    ImModelRows.Conv conv = model.conversations.get(event.conversation());
    ImModelRows.Msg message = null;
    ImModelRows.Mem member = conv == null ? null : conv.members.get(name);
    if (conv != null && member != null && event.message() != 0) {
      message = conv.shown(member, event.message());
      if (message == null) {
        message = member.privates.get(event.message());
      }
    }
    return event.text() + (message == null ? "" : " (" + message + ")");
  }

  private static String words(QueuedEvent queued) {
    return queued.position()
        + " "
        + switch (queued.event()) {
          case Event.OfMessage of ->
              of.change()
                  + " "
                  + of.conversation()
                  + " "
                  + of.id()
                  + " "
                  + of.sequence()
                  + of.message().map(message -> " (" + words(message) + ")").orElse("");
          case Event.OfConversation of ->
              of.change()
                  + " "
                  + of.conversation()
                  + " "
                  + of.sequence()
                  + " "
                  + of.member().map(UserId::toString).orElse("");
          case Event.Custom custom -> "CUSTOM " + custom.body().text();
        };
  }

  private Stream<String> conversationsOf(String name) {
    return model.conversations.keySet().stream()
        .filter(id -> {
          ImModelRows.Conv conv = model.conversation(id);
          return conv != null && conv.members.containsKey(name);
        });
  }

  private Long newest(String name, String id) {
    ImModelRows.Conv conv = model.conversations.get(id);
    ImModelRows.Mem member = conv == null ? null : conv.members.get(name);
    if (conv == null || member == null) {
      throw new ImException.NotMember(ConversationId.of(id), UserId.of(name));
    }
    return conv.newestFor(member);
  }

  private static String words(HistoryMessage message) {
    return words(message.message()) + " " + message.state().marks();
  }

  private static String words(ConversationEntry entry) {
    return entry.conversation()
        + " "
        + entry.newestMessage()
        + " "
        + entry.lastMessage().map(ImModelCheck::words).orElse("-")
        + " "
        + entry.unread()
        + entry.isMentioned()
        + entry.isMuted()
        + entry.isPinned()
        + entry.readSequence();
  }

  private static String words(Message message) {
    return message.id()
        + " #"
        + message.sequence()
        + " "
        + message.sender()
        + " "
        + message.timeMillis()
        + " "
        + message.mentions().stream().map(UserId::toString).toList()
        + message.mentionsAll()
        + " "
        + message.status()
        + " '"
        + message.body().text()
        + "'";
  }
}
