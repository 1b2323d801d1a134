package io.sheaf.cli.irc;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Draft;
import io.sheaf.testdata.IrcMessage;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What was said in a log, as messages to be sent.
 *
 * <p><em>Thread safety:</em> none.
 */
final class IrcDrafts {
  /** Type of what was said to the channel. */
  static final int SAID = 0;

  /** Type of what was told in the third person. */
  static final int ACTION = 1;

  private final ConversationId channel;

  IrcDrafts(ConversationId channel) {
    this.channel = channel;
  }

  /** Who said it; empty where the nick is longer than an id. */
  static Optional<UserId> sender(IrcMessage said) {
    return said.nick().length > Id.MAX_BYTES
        ? Optional.empty()
        : Optional.of(UserId.of(said.nick()));
  }

  /**
   * The message of {@code sender}. A line that begins with a nick and a colon or a comma mentions
   * that nick.
   *
   * @param members who can be mentioned
   */
  Draft draft(IrcMessage said, UserId sender, Set<UserId> members) {
    int type =
        switch (said.kind()) {
          case MESSAGE -> SAID;
          case ACTION -> ACTION;
        };
    List<UserId> mentions = mentioned(said.text()).filter(members::contains).stream().toList();
    return new Draft(
        channel,
        sender,
        null,
        type,
        Body.of(said.text()),
        mentions,
        false,
        List.of(),
        OptionalLong.of(timeMillis(said)));
  }

  private static long timeMillis(IrcMessage said) {
    LocalTime time = LocalTime.of(said.minute() / 60, said.minute() % 60);
    return said.day().atTime(time).toInstant(ZoneOffset.UTC).toEpochMilli();
  }

  private static Optional<UserId> mentioned(byte[] text) {
    int end = 0;
    while (end < text.length && text[end] != ':' && text[end] != ',' && text[end] != ' ') {
      end++;
    }
    boolean isNick = end > 0 && end <= Id.MAX_BYTES && end < text.length && text[end] != ' ';
    return isNick ? Optional.of(UserId.of(Arrays.copyOf(text, end))) : Optional.empty();
  }
}
