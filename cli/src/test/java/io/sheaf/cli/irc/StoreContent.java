package io.sheaf.cli.irc;

import io.sheaf.engine.Sheaf;
import io.sheaf.im.ImOptions;
import io.sheaf.im.ImStore;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Conversation;
import io.sheaf.im.model.ConversationEntry;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.Member;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.SyncResult;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** All that users see of a store, to be compared with what they see of another. */
final class StoreContent {
  private static final int PAGE = 1000;
  private static final int MOST_EVENTS = 10_000;
  private static final String MESSAGE = "message ";

  private StoreContent() {}

  /** Messages, members, lists and queues, in words. */
  static List<String> of(Path directory) throws IOException {
    List<String> content = new ArrayList<>();
    try (Db db = Sheaf.open(directory, DbOptions.DEFAULT.withCreateIfMissing(false));
        ImStore im = ImStore.open(db, ImOptions.DEFAULT)) {
      for (Conversation conversation : im.conversations().list(null, PAGE)) {
        content.add(conversation.toString());
        for (Message message : messages(im, conversation)) {
          content.add(MESSAGE + message + HexFormat.of().formatHex(message.body().bytes()));
        }
        for (UserId user : members(im, conversation)) {
          content.add("member " + user);
          addView(im, user, content);
        }
      }
    }
    return content;
  }

  /** How many messages there are. */
  static long messages(List<String> content) {
    return content.stream().filter(line -> line.startsWith(MESSAGE)).count();
  }

  private static void addView(ImStore im, UserId user, List<String> content) throws IOException {
    for (ConversationEntry entry : im.list().page(user, null, PAGE)) {
      content.add("entry " + entry);
    }
    DeviceId device = DeviceId.of("test");
    im.sync().addDevice(user, device);
    SyncResult result = im.sync().read(user, device, MOST_EVENTS);
    switch (result) {
      case SyncResult.Rebase rebase -> content.add(rebase.toString());
      case SyncResult.Events events ->
          events.events().forEach(event -> content.add(event.toString()));
    }
  }

  private static List<Message> messages(ImStore im, Conversation conversation) throws IOException {
    List<Message> all = new ArrayList<>();
    MessageId after = MessageId.NONE;
    List<Message> page = im.history().messages(conversation.id(), HistoryQuery.after(after, PAGE));
    while (!page.isEmpty()) {
      all.addAll(page);
      page =
          im.history().messages(conversation.id(), HistoryQuery.after(page.getLast().id(), PAGE));
    }
    return all;
  }

  private static List<UserId> members(ImStore im, Conversation conversation) throws IOException {
    List<UserId> all = new ArrayList<>();
    List<Member> page = im.conversations().members(conversation.id(), null, PAGE);
    while (!page.isEmpty()) {
      page.forEach(member -> all.add(member.user()));
      page = im.conversations().members(conversation.id(), page.getLast().user(), PAGE);
    }
    return all;
  }
}
