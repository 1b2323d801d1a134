package io.sheaf.im.table;

import io.sheaf.im.id.MessageId;
import io.sheaf.lsm.coding.Slice;
import java.io.IOException;

/**
 * What a member has of its own in a conversation: a row of table {@code conversation_inbox}, or the
 * end of the member's row where the account has a huge list.
 *
 * <pre>
 * value := 1 flags life readSequence readMessage cleared mention
 *          ownCount ownRead privateUnread newestPrivate
 *
 * flags         := byte: 1 muted, 2 pinned
 * life          := varint: see ConversationRow
 * readSequence  := varint: sequence number up to which the member has read
 * readMessage   := 8 bytes: the id up to which it has
 * cleared       := 8 bytes: the member sees no message up to this id
 * mention       := 8 bytes: the newest message that mentions the member
 * ownCount      := varint: messages to all that the member has sent
 * ownRead       := varint: how many of them have no higher number than readSequence
 * privateUnread := varint: unread messages that were sent to some members only
 * newestPrivate := 8 bytes: the newest of them, read or not
 * </pre>
 */
public record EntryRow(
    boolean muted,
    boolean pinned,
    long life,
    long readSequence,
    MessageId readMessage,
    MessageId cleared,
    MessageId mention,
    long ownCount,
    long ownRead,
    long privateUnread,
    MessageId newestPrivate) {
  private static final int FORMAT = 1;
  private static final int MUTED = 1;
  private static final int PINNED = 2;

  /** Of a member that joins now, and has nothing to read. */
  public static EntryRow joined(ConversationRow conversation, long ownCount) {
    return new EntryRow(
        false,
        false,
        conversation.life(),
        conversation.newestSequence(),
        conversation.lastId(),
        MessageId.NONE,
        MessageId.NONE,
        ownCount,
        ownCount,
        0,
        MessageId.NONE);
  }

  /** The same with settings. */
  public EntryRow withSettings(boolean isMuted, boolean isPinned) {
    return new EntryRow(
        isMuted,
        isPinned,
        life,
        readSequence,
        readMessage,
        cleared,
        mention,
        ownCount,
        ownRead,
        privateUnread,
        newestPrivate);
  }

  /** The same with one more message of the member itself. */
  public EntryRow withOwn() {
    return new EntryRow(
        muted,
        pinned,
        life,
        readSequence,
        readMessage,
        cleared,
        mention,
        ownCount + 1,
        ownRead,
        privateUnread,
        newestPrivate);
  }

  /** The same with another newest mention. */
  public EntryRow withMention(MessageId newest) {
    return new EntryRow(
        muted,
        pinned,
        life,
        readSequence,
        readMessage,
        cleared,
        newest,
        ownCount,
        ownRead,
        privateUnread,
        newestPrivate);
  }

  /** The same with a private message more, unread or not. */
  public EntryRow withPrivate(MessageId id, long unread) {
    return new EntryRow(
        muted,
        pinned,
        life,
        readSequence,
        readMessage,
        cleared,
        mention,
        ownCount,
        ownRead,
        unread,
        id);
  }

  /** The same, read up to here. */
  public EntryRow withRead(long sequence, MessageId message, long own, long unreadPrivate) {
    return new EntryRow(
        muted,
        pinned,
        life,
        sequence,
        message,
        cleared,
        mention,
        ownCount,
        own,
        unreadPrivate,
        newestPrivate);
  }

  /** The same, cleared up to here. */
  public EntryRow withCleared(MessageId upTo) {
    return new EntryRow(
        muted,
        pinned,
        life,
        readSequence,
        readMessage,
        upTo,
        mention,
        ownCount,
        ownRead,
        privateUnread,
        newestPrivate);
  }

  /** Its bytes. */
  public byte[] encode() {
    return write(new RowWriter(FORMAT)).toByteArray();
  }

  /** What a value means. */
  public static EntryRow decode(Slice key, Slice value) throws IOException {
    return RowReader.read("conversation entry", key, value, FORMAT, EntryRow::read);
  }

  RowWriter write(RowWriter writer) {
    return writer
        .writeByte((muted ? MUTED : 0) | (pinned ? PINNED : 0))
        .varint(life)
        .varint(readSequence)
        .messageId(readMessage)
        .messageId(cleared)
        .messageId(mention)
        .varint(ownCount)
        .varint(ownRead)
        .varint(privateUnread)
        .messageId(newestPrivate);
  }

  static EntryRow read(RowReader row) {
    int flags = row.readByte();
    return new EntryRow(
        (flags & MUTED) != 0,
        (flags & PINNED) != 0,
        row.varint(),
        row.varint(),
        row.messageId(),
        row.messageId(),
        row.messageId(),
        row.varint(),
        row.varint(),
        row.varint(),
        row.messageId());
  }
}
