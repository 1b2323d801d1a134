package io.sheaf.im.model;

import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A message that is to be sent.
 *
 * @param conversation where to
 * @param sender who sends it; a member
 * @param clientMessageId by which a retry is known; null: each send is a message of its own. It is
 *     all that is compared: whatever the sender sends to this conversation under the same one is
 *     answered like the first, also with another body, and nothing of it is written
 * @param type what kind of body it has; the service's own number, 0 to 255
 * @param body what it says
 * @param mentions whom it mentions; members
 * @param mentionsAll whether it mentions all members
 * @param onlyFor members who get it, beside the sender; empty: all members
 * @param timeMillis when it was said, in milliseconds since 1970; empty: now
 */
public record Draft(
    ConversationId conversation,
    UserId sender,
    @Nullable ClientMessageId clientMessageId,
    int type,
    Body body,
    List<UserId> mentions,
    boolean mentionsAll,
    List<UserId> onlyFor,
    OptionalLong timeMillis) {
  /** Most members a private message is for: each of them keeps a copy, with the names of all. */
  public static final int MOST_RECEIVERS = 500;

  private static final int MAX_TYPE = 255;

  /**
   * Checks the type and the receivers, and copies the lists.
   *
   * @throws IllegalArgumentException if the type is not 0 to 255; if a private message is for more
   *     than {@value #MOST_RECEIVERS}, or mentions all
   */
  public Draft {
    if (type < 0 || type > MAX_TYPE) {
      throw new IllegalArgumentException(
          "the type of a message is 0 to " + MAX_TYPE + ", not " + type);
    }
    mentions = mentions.stream().distinct().toList();
    onlyFor = onlyFor.stream().distinct().toList();
    if (onlyFor.size() > MOST_RECEIVERS) {
      throw new IllegalArgumentException(
          "a private message is for up to "
              + MOST_RECEIVERS
              + " members, not "
              + onlyFor.size()
              + ": make a conversation of them");
    }
    if (mentionsAll && !onlyFor.isEmpty()) {
      throw new IllegalArgumentException("a private message mentions members by name, not all");
    }
  }

  /** A message to all members, of type 0, without mentions. */
  public static Draft of(
      ConversationId conversation, UserId sender, ClientMessageId clientMessageId, Body body) {
    return new Draft(
        conversation,
        sender,
        clientMessageId,
        0,
        body,
        List.of(),
        false,
        List.of(),
        OptionalLong.empty());
  }

  /** The same with another type. */
  public Draft ofType(int type) {
    return new Draft(
        conversation,
        sender,
        clientMessageId,
        type,
        body,
        mentions,
        mentionsAll,
        onlyFor,
        timeMillis);
  }

  /** The same, mentioning these members. */
  public Draft mentioning(List<UserId> mentions) {
    return new Draft(
        conversation,
        sender,
        clientMessageId,
        type,
        body,
        mentions,
        mentionsAll,
        onlyFor,
        timeMillis);
  }

  /** The same, mentioning all members. */
  public Draft mentioningAll() {
    return new Draft(
        conversation, sender, clientMessageId, type, body, mentions, true, onlyFor, timeMillis);
  }

  /** The same, for these members and the sender only. */
  public Draft onlyFor(List<UserId> members) {
    return new Draft(
        conversation,
        sender,
        clientMessageId,
        type,
        body,
        mentions,
        mentionsAll,
        members,
        timeMillis);
  }

  /** The same, said at this time, in milliseconds since 1970. */
  public Draft at(long timeMillis) {
    return new Draft(
        conversation,
        sender,
        clientMessageId,
        type,
        body,
        mentions,
        mentionsAll,
        onlyFor,
        OptionalLong.of(timeMillis));
  }

  /** Whether it goes to some members only. */
  public boolean isPrivate() {
    return !onlyFor.isEmpty();
  }
}
