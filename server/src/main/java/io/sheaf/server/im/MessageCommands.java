package io.sheaf.server.im;

import static io.sheaf.server.command.CommandFlag.READONLY;
import static io.sheaf.server.command.CommandFlag.WRITE;
import static io.sheaf.server.im.ImCommands.command;

import io.sheaf.im.ImStore;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.MessageState;
import io.sheaf.im.model.Reaction;
import io.sheaf.im.model.ReadReceipt;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.server.command.Argument;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.wire.ReplyWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Messages: sent, read, and what becomes of them. */
final class MessageCommands {
  private static final int STANDARD_PAGE = 50;
  private static final int MOST_PAGE = 200; // of bodies of 64 KB: 13 MB
  private static final long MOST_MARKS = 255;
  private static final Argument CONVERSATION = Argument.key("conversation");
  private static final Argument USER = Argument.text("user");
  private static final Argument MESSAGE = Argument.text("message-id");

  private final ImStore im;

  MessageCommands(ImStore im) {
    this.im = im;
  }

  void addTo(CommandTable table) {
    table.add(
        command(
            "send",
            WRITE,
            this::send,
            "Sends a message; sent again under the same ID it gets the first answer.",
            SendArguments.documented()));
    table.add(
        command(
            "history",
            READONLY,
            this::history,
            "Tells what a member sees of a conversation, newest first; AFTER and SINCE: oldest"
                + " first.",
            CONVERSATION,
            USER,
            Argument.choice(
                    "from",
                    MESSAGE.token("BEFORE"),
                    MESSAGE.token("AFTER"),
                    Argument.integer("milliseconds").token("SINCE"))
                .optional(),
            Argument.integer("count").token("COUNT").optional()));
    table.add(
        command(
            "message", READONLY, this::message, "Tells one message.", CONVERSATION, USER, MESSAGE));
    table.add(
        command(
            "read",
            WRITE,
            this::read,
            "Says up to which message a member has read.",
            CONVERSATION,
            USER,
            MESSAGE));
    table.add(
        command(
            "receipt",
            READONLY,
            this::receipt,
            "Tells who has read a message; of a large conversation: how many.",
            CONVERSATION,
            MESSAGE));
    table.add(
        command(
            "recall",
            WRITE,
            this::recall,
            "Takes a message back, for all.",
            CONVERSATION,
            USER,
            MESSAGE));
    table.add(
        command(
            "edit",
            WRITE,
            this::edit,
            "Changes the body of a message, for all.",
            CONVERSATION,
            USER,
            MESSAGE,
            Argument.text("body")));
    table.add(
        command(
            "delete",
            WRITE,
            this::delete,
            "Deletes a message for one user; others keep it.",
            CONVERSATION,
            USER,
            MESSAGE));
    table.add(
        command(
            "mark",
            WRITE,
            this::mark,
            "Sets a user's own marks of a message: a number of the service's own.",
            CONVERSATION,
            USER,
            MESSAGE,
            Argument.integer("marks")));
    table.add(
        command(
            "react",
            WRITE,
            this::react,
            "Answers a message with a sign, or takes that back.",
            CONVERSATION,
            USER,
            MESSAGE,
            Argument.text("sign"),
            Argument.word("OFF").optional()));
    table.add(
        command(
            "reactions",
            READONLY,
            this::reactions,
            "Tells the reactions to a message, by sign.",
            CONVERSATION,
            MESSAGE));
  }

  private void send(Call call, ImArguments arguments) throws CommandException, IOException {
    SendArguments send = SendArguments.parse(arguments);
    if (send.within().isPresent()) {
      im.deferred().add(send.draft(), send.within().get());
      call.reply().simple("QUEUED");
      return;
    }
    switch (im.send(send.draft(), send.origin())) {
      case SendOutcome.Durable sent ->
          ImReplies.sent(call.reply(), sent.message(), false, send.deliveries());
      case SendOutcome.AlreadyDurable sent ->
          ImReplies.sent(call.reply(), sent.message(), true, send.deliveries());
      case SendOutcome.NotWritten not -> throw notWritten(not.cause());
      case SendOutcome.Unknown unknown ->
          throw new CommandException(
              "UNKNOWN whether the message is there is known once the store was opened again; send"
                  + " it again under the same ID: "
                  + unknown.cause().getMessage());
    }
  }

  private static CommandException notWritten(Exception cause) throws IOException {
    return switch (cause) {
      case IOException failure -> throw failure;
      case ImException refused -> ImErrors.of(refused);
      case RuntimeException fault -> throw fault;
      default -> throw new IOException(cause);
    };
  }

  private void history(Call call, ImArguments arguments) throws CommandException, IOException {
    ConversationId conversation = arguments.conversation();
    UserId user = arguments.user();
    HistoryQuery query = HistoryQuery.newest(STANDARD_PAGE);
    while (!arguments.isAtEnd()) {
      if (arguments.take("before")) {
        query = HistoryQuery.before(arguments.message(), query.limit());
      } else if (arguments.take("after")) {
        query = HistoryQuery.after(arguments.message(), query.limit());
      } else if (arguments.take("since")) {
        Instant time = Instant.ofEpochMilli(arguments.number("SINCE", 0, Long.MAX_VALUE));
        query = HistoryQuery.since(time, query.limit());
      } else if (arguments.take("count")) {
        int limit = (int) arguments.number("COUNT", 1, MOST_PAGE);
        query = new HistoryQuery(query.direction(), query.from(), limit);
      } else {
        throw arguments.notUnderstood();
      }
    }
    ImReplies.messages(call.reply(), im.history().page(user, conversation, query));
  }

  private void message(Call call, ImArguments arguments) throws CommandException, IOException {
    ConversationId conversation = arguments.conversation();
    UserId user = arguments.user();
    im.history()
        .find(user, conversation, arguments.message())
        .ifPresentOrElse(
            found -> ImReplies.message(call.reply(), found), () -> call.reply().none());
  }

  private void read(Call call, ImArguments arguments) throws CommandException, IOException {
    ConversationId conversation = arguments.conversation();
    UserId user = arguments.user();
    im.receipts().read(user, conversation, arguments.message());
    call.reply().ok();
  }

  private void receipt(Call call, ImArguments arguments) throws CommandException, IOException {
    ConversationId conversation = arguments.conversation();
    ReadReceipt receipt = im.receipts().of(conversation, arguments.message());
    ReplyWriter reply = call.reply();
    reply.map(4);
    ImReplies.field(reply, "read-count", receipt.readCount());
    ImReplies.field(reply, "unread-count", receipt.unreadCount());
    ImReplies.field(reply, "read", receipt.read());
    ImReplies.field(reply, "unread", receipt.unread());
  }

  private void recall(Call call, ImArguments arguments) throws CommandException, IOException {
    ConversationId conversation = arguments.conversation();
    UserId user = arguments.user();
    im.messages().recall(user, conversation, arguments.message());
    call.reply().ok();
  }

  private void edit(Call call, ImArguments arguments) throws CommandException, IOException {
    ConversationId conversation = arguments.conversation();
    UserId user = arguments.user();
    MessageId message = arguments.message();
    im.messages().edit(user, conversation, message, arguments.body());
    call.reply().ok();
  }

  private void delete(Call call, ImArguments arguments) throws CommandException, IOException {
    ConversationId conversation = arguments.conversation();
    UserId user = arguments.user();
    im.messages().setState(user, conversation, arguments.message(), new MessageState(true, 0));
    call.reply().ok();
  }

  private void mark(Call call, ImArguments arguments) throws CommandException, IOException {
    ConversationId conversation = arguments.conversation();
    UserId user = arguments.user();
    MessageId message = arguments.message();
    int marks = (int) arguments.number("marks", 0, MOST_MARKS);
    im.messages().setState(user, conversation, message, new MessageState(false, marks));
    call.reply().ok();
  }

  private void react(Call call, ImArguments arguments) throws CommandException, IOException {
    ConversationId conversation = arguments.conversation();
    UserId user = arguments.user();
    MessageId message = arguments.message();
    String sign = arguments.text();
    boolean off = arguments.take("off");
    arguments.end();
    im.reactions().set(user, conversation, message, sign, !off);
    call.reply().ok();
  }

  private void reactions(Call call, ImArguments arguments) throws CommandException, IOException {
    ConversationId conversation = arguments.conversation();
    List<Reaction> reactions = im.reactions().of(conversation, arguments.message());
    ReplyWriter reply = call.reply();
    reply.array(reactions.size());
    for (Reaction reaction : reactions) {
      reply.map(2);
      ImReplies.field(reply, "sign", reaction.sign());
      ImReplies.field(reply, "user", reaction.user().id());
    }
  }
}
