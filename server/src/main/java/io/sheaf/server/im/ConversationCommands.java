package io.sheaf.server.im;

import static io.sheaf.server.command.CommandFlag.READONLY;
import static io.sheaf.server.command.CommandFlag.WRITE;
import static io.sheaf.server.im.ImCommands.command;

import io.sheaf.im.ImStore;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Conversation;
import io.sheaf.im.model.Member;
import io.sheaf.im.model.NewMember;
import io.sheaf.server.command.Argument;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.wire.ReplyWriter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Conversations, and who is in them. */
final class ConversationCommands {
  private static final int MOST_ROLE = 255;
  private static final int MOST_MEMBERS = 10_000;
  private static final int STANDARD_MEMBERS = 100;
  private static final Argument CONVERSATION = Argument.key("conversation");
  private static final Argument USER = Argument.text("user");
  private static final Argument ROLE = Argument.integer("role").token("ROLE").optional();
  private static final Argument HUGE_LIST = Argument.word("HUGELIST").optional();
  private static final Argument MEMBERS = USER.token("MEMBERS").multiple();

  private final ImStore im;

  ConversationCommands(ImStore im) {
    this.im = im;
  }

  void addTo(CommandTable table) {
    table.add(
        command(
            "create",
            WRITE,
            this::create,
            "Makes a conversation; with FROMJOINING a member sees nothing from before joining.",
            CONVERSATION,
            Argument.word("FROMJOINING").optional(),
            ROLE,
            HUGE_LIST,
            MEMBERS.optional()));
    table.add(
        command(
            "join",
            WRITE,
            this::join,
            "Adds members; who is one already stays as it is.",
            CONVERSATION,
            ROLE,
            HUGE_LIST,
            MEMBERS));
    table.add(
        command(
            "leave", WRITE, this::leave, "Removes a member, with its entry.", CONVERSATION, USER));
    table.add(
        command(
            "drop",
            WRITE,
            this::drop,
            "Deletes a conversation with its messages, for all.",
            CONVERSATION));
    table.add(
        command("info", READONLY, this::info, "Tells of a conversation as a whole.", CONVERSATION));
    table.add(
        command(
            "members",
            READONLY,
            this::members,
            "Tells the members in the order of their ids.",
            CONVERSATION,
            Argument.text("user").token("AFTER").optional(),
            Argument.integer("count").token("COUNT").optional()));
  }

  private void create(Call call, ImArguments arguments) throws CommandException, IOException {
    ConversationId id = arguments.conversation();
    boolean fromJoining = arguments.take("fromjoining");
    im.conversations().create(id, fromJoining, newMembers(arguments));
    call.reply().ok();
  }

  private void join(Call call, ImArguments arguments) throws CommandException, IOException {
    ConversationId id = arguments.conversation();
    im.conversations().join(id, newMembers(arguments));
    call.reply().ok();
  }

  private static List<NewMember> newMembers(ImArguments arguments) throws CommandException {
    int role = 0;
    boolean hugeList = false;
    while (!arguments.isAtEnd()) {
      if (arguments.take("role")) {
        role = (int) arguments.number("ROLE", 0, MOST_ROLE);
      } else if (arguments.take("hugelist")) {
        hugeList = true;
      } else if (arguments.take("members")) {
        int all = role;
        boolean huge = hugeList;
        return arguments.users().stream().map(user -> new NewMember(user, all, huge)).toList();
      } else {
        throw arguments.notUnderstood();
      }
    }
    return List.of();
  }

  private void leave(Call call, ImArguments arguments) throws CommandException, IOException {
    ConversationId id = arguments.conversation();
    im.conversations().leave(id, arguments.user());
    call.reply().ok();
  }

  private void drop(Call call, ImArguments arguments) throws CommandException, IOException {
    im.conversations().delete(arguments.conversation());
    call.reply().ok();
  }

  private void info(Call call, ImArguments arguments) throws CommandException, IOException {
    ReplyWriter reply = call.reply();
    Optional<Conversation> found = im.conversations().find(arguments.conversation());
    if (found.isEmpty()) {
      reply.none();
      return;
    }
    Conversation conversation = found.get();
    reply.map(6);
    ImReplies.field(reply, "conversation", conversation.id().id());
    ImReplies.field(reply, "members", conversation.memberCount());
    ImReplies.field(reply, "newest-sequence", conversation.newestSequence());
    ImReplies.field(reply, "newest", conversation.newestMessage());
    ImReplies.field(reply, "large", conversation.isLarge());
    ImReplies.field(reply, "from-joining", conversation.historyFromJoining());
  }

  private void members(Call call, ImArguments arguments) throws CommandException, IOException {
    ConversationId id = arguments.conversation();
    UserId after = null;
    int count = STANDARD_MEMBERS;
    while (!arguments.isAtEnd()) {
      if (arguments.take("after")) {
        after = arguments.user();
      } else if (arguments.take("count")) {
        count = (int) arguments.number("COUNT", 1, MOST_MEMBERS);
      } else {
        throw arguments.notUnderstood();
      }
    }
    List<Member> members = im.conversations().members(id, after, count);
    ReplyWriter reply = call.reply();
    reply.array(members.size());
    for (Member member : members) {
      reply.map(3);
      ImReplies.field(reply, "user", member.user().id());
      ImReplies.field(reply, "role", member.role());
      ImReplies.field(reply, "joined", member.joinedMillis());
    }
  }
}
