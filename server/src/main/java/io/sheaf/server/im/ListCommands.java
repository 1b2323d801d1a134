package io.sheaf.server.im;

import static io.sheaf.server.command.CommandFlag.READONLY;
import static io.sheaf.server.command.CommandFlag.WRITE;
import static io.sheaf.server.im.ImCommands.command;

import io.sheaf.im.ImStore;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.inbox.ConversationList;
import io.sheaf.im.model.ConversationEntry;
import io.sheaf.im.model.MessagePlace;
import io.sheaf.server.command.Argument;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a user has of its conversations: the list, unread, mentions, settings. */
final class ListCommands {
  private static final int STANDARD_PAGE = 50;
  private static final int MOST_PAGE = 200; // of bodies of 64 KB: 13 MB
  private static final Argument USER = Argument.key("user");
  private static final Argument CONVERSATION = Argument.text("conversation");
  private static final Argument AFTER =
      Argument.block("place", Argument.text("message-id"), CONVERSATION).token("AFTER");
  private static final Argument COUNT = Argument.integer("count").token("COUNT").optional();
  private static final Argument HUGE_LIST = Argument.word("HUGELIST").optional();

  private final ImStore im;

  ListCommands(ImStore im) {
    this.im = im;
  }

  void addTo(CommandTable table) {
    table.add(
        command(
            "conversations",
            READONLY,
            this::conversations,
            "Tells the conversations of a user, newest first, from behind a place on.",
            USER,
            AFTER.optional(),
            COUNT,
            HUGE_LIST));
    table.add(
        command(
            "unread",
            READONLY,
            this::unread,
            "Tells how much a user has not read, of one conversation or of all.",
            USER,
            CONVERSATION.optional()));
    table.add(
        command(
            "mentions",
            READONLY,
            this::mentions,
            "Tells the messages that mention a user, newest first.",
            USER,
            Argument.choice("from", Argument.text("message-id").token("BEFORE"), AFTER).optional(),
            COUNT));
    table.add(
        command(
            "clear",
            WRITE,
            this::clear,
            "Shows a user nothing more of what was said in a conversation so far.",
            USER,
            CONVERSATION));
    table.add(
        command(
            "settings",
            WRITE,
            this::settings,
            "Mutes and pins a conversation for a user, or not.",
            USER,
            CONVERSATION,
            onOrOff("MUTE"),
            onOrOff("PIN")));
    table.add(
        command(
            "purge",
            WRITE,
            this::purge,
            "Removes all that is a user's own; what it said stays with the conversations.",
            USER,
            HUGE_LIST));
  }

  private static Argument onOrOff(String token) {
    return Argument.choice("choice", Argument.word("ON"), Argument.word("OFF")).token(token);
  }

  private void conversations(Call call, ImArguments arguments)
      throws CommandException, IOException {
    UserId user = arguments.user();
    ConversationList.@Nullable Place after = null;
    int count = STANDARD_PAGE;
    boolean hugeList = false;
    while (!arguments.isAtEnd()) {
      if (arguments.take("after")) {
        MessageId newest = arguments.message();
        after = new ConversationList.Place(newest, arguments.conversation());
      } else if (arguments.take("count")) {
        count = (int) arguments.number("COUNT", 1, MOST_PAGE);
      } else if (arguments.take("hugelist")) {
        hugeList = true;
      } else {
        throw arguments.notUnderstood();
      }
    }
    List<ConversationEntry> entries =
        hugeList ? im.list().query(user, after, count) : im.list().page(user, after, count);
    call.reply().array(entries.size());
    entries.forEach(entry -> ImReplies.entry(call.reply(), entry));
  }

  private void unread(Call call, ImArguments arguments) throws CommandException, IOException {
    UserId user = arguments.user();
    if (!arguments.isAtEnd()) {
      ConversationId conversation = arguments.conversation();
      arguments.end();
      call.reply().integer(im.list().entry(user, conversation).unread());
      return;
    }
    long unread = 0;
    ConversationList.@Nullable Place after = null;
    List<ConversationEntry> page;
    do {
      page = im.list().page(user, after, MOST_PAGE);
      for (ConversationEntry entry : page) {
        unread += entry.unread();
        after = ConversationList.Place.of(entry);
      }
    } while (page.size() == MOST_PAGE);
    call.reply().integer(unread);
  }

  private void mentions(Call call, ImArguments arguments) throws CommandException, IOException {
    UserId user = arguments.user();
    MessagePlace before = MessagePlace.END;
    int count = STANDARD_PAGE;
    while (!arguments.isAtEnd()) {
      if (arguments.take("before")) {
        before = MessagePlace.before(arguments.message());
      } else if (arguments.take("after")) {
        MessageId last = arguments.message();
        before = new MessagePlace(last, Optional.of(arguments.conversation()));
      } else if (arguments.take("count")) {
        count = (int) arguments.number("COUNT", 1, MOST_PAGE);
      } else {
        throw arguments.notUnderstood();
      }
    }
    ImReplies.messages(call.reply(), im.mentions().page(user, before, count));
  }

  private void clear(Call call, ImArguments arguments) throws CommandException, IOException {
    UserId user = arguments.user();
    im.messages().clear(user, arguments.conversation());
    call.reply().ok();
  }

  private void settings(Call call, ImArguments arguments) throws CommandException, IOException {
    UserId user = arguments.user();
    ConversationId conversation = arguments.conversation();
    boolean muted = arguments.isOn("mute");
    boolean pinned = arguments.isOn("pin");
    im.list().set(user, conversation, muted, pinned);
    call.reply().ok();
  }

  private void purge(Call call, ImArguments arguments) throws CommandException, IOException {
    UserId user = arguments.user();
    boolean hugeList = arguments.take("hugelist");
    arguments.end();
    im.conversations().purge(user, hugeList);
    call.reply().ok();
  }
}
