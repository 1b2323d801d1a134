package io.sheaf.server.im;

import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.limit.Origin;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Draft;
import io.sheaf.server.command.Argument;
import io.sheaf.server.command.CommandException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What IM.SEND is given.
 *
 * @param draft the message
 * @param origin where it comes from
 * @param within for how long it may wait; empty: it is sent now
 * @param deliveries whether its places in the queues of its receivers are asked for
 */
record SendArguments(Draft draft, Origin origin, Optional<Duration> within, boolean deliveries) {
  private static final long MOST_TYPE = 255;
  private static final long LONGEST_WAIT_MILLIS = Duration.ofHours(1).toMillis();
  private static final Argument USERS =
      Argument.block("users", Argument.integer("number"), Argument.text("user").multiple());

  /** As COMMAND DOCS tells it. */
  static Argument[] documented() {
    return new Argument[] {
      Argument.key("conversation"),
      Argument.text("sender"),
      Argument.text("body"),
      Argument.text("client-message-id").token("ID").optional(),
      Argument.integer("type").token("TYPE").optional(),
      Argument.integer("milliseconds").token("TIME").optional(),
      USERS.token("MENTION").optional(),
      Argument.word("MENTIONALL").optional(),
      USERS.token("ONLYFOR").optional(),
      Argument.text("kind").token("CLIENT").optional(),
      Argument.text("name").token("APPLICATION").optional(),
      Argument.integer("milliseconds").token("WITHIN").optional(),
      Argument.word("DELIVERIES").optional()
    };
  }

  static SendArguments parse(ImArguments arguments) throws CommandException {
    ConversationId conversation = arguments.conversation();
    UserId sender = arguments.user();
    Body body = arguments.body();
    ClientMessageId id = null;
    int type = 0;
    OptionalLong time = OptionalLong.empty();
    List<UserId> mentions = List.of();
    boolean mentionsAll = false;
    List<UserId> onlyFor = List.of();
    String clientKind = "";
    String application = "";
    Optional<Duration> within = Optional.empty();
    boolean deliveries = false;
    while (!arguments.isAtEnd()) {
      if (arguments.take("id")) {
        id = arguments.clientMessage();
      } else if (arguments.take("type")) {
        type = (int) arguments.number("TYPE", 0, MOST_TYPE);
      } else if (arguments.take("time")) {
        time = OptionalLong.of(arguments.number("TIME", 0, Long.MAX_VALUE));
      } else if (arguments.take("mention")) {
        mentions = arguments.countedUsers();
      } else if (arguments.take("mentionall")) {
        mentionsAll = true;
      } else if (arguments.take("onlyfor")) {
        onlyFor = arguments.countedUsers();
      } else if (arguments.take("client")) {
        clientKind = arguments.text();
      } else if (arguments.take("application")) {
        application = arguments.text();
      } else if (arguments.take("within")) {
        within = Optional.of(Duration.ofMillis(arguments.number("WITHIN", 0, LONGEST_WAIT_MILLIS)));
      } else if (arguments.take("deliveries")) {
        deliveries = true;
      } else {
        throw arguments.notUnderstood();
      }
    }
    Draft draft =
        new Draft(conversation, sender, id, type, body, mentions, mentionsAll, onlyFor, time);
    return new SendArguments(draft, new Origin(clientKind, application), within, deliveries);
  }
}
