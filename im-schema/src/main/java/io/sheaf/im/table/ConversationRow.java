package io.sheaf.im.table;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.model.Conversation;
import io.sheaf.lsm.coding.Slice;
import java.io.IOException;

/**
 * A conversation and how far it has got: the row of table {@code conversation}.
 *
 * <pre>
 * value := 1 flags life begin memberCount newestSequence newestMessage lastId
 *          events mentionAll newestRecalled
 *
 * flags          := byte: 1 deleted, 2 large, 4 members see nothing from before joining
 * life           := varint: how often the id was created; entries of an earlier life are void
 * begin          := 8 bytes: all ids of this life are higher
 * memberCount    := varint
 * newestSequence := varint: messages to all members so far
 * newestMessage  := 8 bytes: the id of the newest of them
 * lastId         := 8 bytes: the highest id given, private messages included
 * events         := varint: end of the conversation's own queue; 0 unless it is large
 * mentionAll     := 8 bytes: the newest message that mentions all members
 * newestRecalled := varint: highest sequence number of a recalled message
 * </pre>
 */
public record ConversationRow(
    boolean deleted,
    boolean large,
    boolean historyFromJoining,
    long life,
    MessageId begin,
    long memberCount,
    long newestSequence,
    MessageId newestMessage,
    MessageId lastId,
    long events,
    MessageId mentionAll,
    long newestRecalled) {
  private static final int FORMAT = 1;
  private static final int DELETED = 1;
  private static final int LARGE = 2;
  private static final int FROM_JOINING = 4;

  /** Whether {@code member} may see a message to all: not where that is from before joining. */
  public boolean shows(MessageId message, MemberRow member) {
    return !historyFromJoining || message.isAfter(member.before());
  }

  /** A conversation without members and messages. */
  public static ConversationRow created(boolean historyFromJoining, long life, MessageId lastId) {
    return new ConversationRow(
        false,
        false,
        historyFromJoining,
        life,
        lastId,
        0,
        0,
        MessageId.NONE,
        lastId,
        0,
        MessageId.NONE,
        0);
  }

  /** What is left of a deleted one, so that nothing of it comes back when it is created anew. */
  public ConversationRow asDeleted() {
    return new ConversationRow(
        true, false, false, life, begin, 0, 0, MessageId.NONE, lastId, 0, MessageId.NONE, 0);
  }

  /** The same with members. */
  public ConversationRow withMembers(long count, boolean isLarge) {
    return new ConversationRow(
        deleted,
        isLarge,
        historyFromJoining,
        life,
        begin,
        count,
        newestSequence,
        newestMessage,
        lastId,
        events,
        mentionAll,
        newestRecalled);
  }

  /** The same with a message more. */
  public ConversationRow withMessage(long sequence, MessageId id, MessageId newestMentionAll) {
    return new ConversationRow(
        deleted,
        large,
        historyFromJoining,
        life,
        begin,
        memberCount,
        sequence,
        id,
        id,
        events,
        newestMentionAll,
        newestRecalled);
  }

  /** The same with a message more that only some members get. */
  public ConversationRow withPrivate(MessageId id) {
    return new ConversationRow(
        deleted,
        large,
        historyFromJoining,
        life,
        begin,
        memberCount,
        newestSequence,
        newestMessage,
        id,
        events,
        mentionAll,
        newestRecalled);
  }

  /** The same with an event more in its own queue. */
  public ConversationRow withEvents(long position) {
    return new ConversationRow(
        deleted,
        large,
        historyFromJoining,
        life,
        begin,
        memberCount,
        newestSequence,
        newestMessage,
        lastId,
        position,
        mentionAll,
        newestRecalled);
  }

  /** The same with a recalled message. */
  public ConversationRow withRecalled(long sequence, MessageId newestMentionAll) {
    return new ConversationRow(
        deleted,
        large,
        historyFromJoining,
        life,
        begin,
        memberCount,
        newestSequence,
        newestMessage,
        lastId,
        events,
        newestMentionAll,
        Math.max(newestRecalled, sequence));
  }

  /** As it is shown. */
  public Conversation shown(ConversationId id) {
    return new Conversation(
        id, memberCount, newestSequence, newestMessage, large, historyFromJoining);
  }

  /** Its bytes. */
  public byte[] encode() {
    int flags =
        (deleted ? DELETED : 0) | (large ? LARGE : 0) | (historyFromJoining ? FROM_JOINING : 0);
    return new RowWriter(FORMAT)
        .writeByte(flags)
        .varint(life)
        .messageId(begin)
        .varint(memberCount)
        .varint(newestSequence)
        .messageId(newestMessage)
        .messageId(lastId)
        .varint(events)
        .messageId(mentionAll)
        .varint(newestRecalled)
        .toByteArray();
  }

  /** What a value means. */
  public static ConversationRow decode(Slice key, Slice value) throws IOException {
    return RowReader.read(
        "conversation",
        key,
        value,
        FORMAT,
        row -> {
          int flags = row.readByte();
          return new ConversationRow(
              (flags & DELETED) != 0,
              (flags & LARGE) != 0,
              (flags & FROM_JOINING) != 0,
              row.varint(),
              row.messageId(),
              row.varint(),
              row.varint(),
              row.messageId(),
              row.messageId(),
              row.varint(),
              row.messageId(),
              row.varint());
        });
  }
}
