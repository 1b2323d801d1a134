package io.sheaf.im;

import io.sheaf.grouping.DelimitedPrefix;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.util.Optional;

/**
 * Messages that are kept for ever, each filed twice: under its conversation, for the history that
 * people scroll through, and under its sender.
 *
 * <p>This is where the table layer of an IM service begins. The other tables of such a service
 * (inboxes, members, sync queues) take their place beside these two, and their rows go into the
 * same batches.
 *
 * <pre>
 * table                  prefix         suffix      value
 * conversation_message   conversation   MessageId   sender, kind, text
 * sender_message         sender         MessageId   conversation, kind, text
 * </pre>
 *
 * <p><em>Thread safety:</em> safe for any number of threads.
 *
 * <p><em>Ownership:</em> the store stays the caller's, who closes it.
 */
public final class MessageArchive {
  /** Name of the table of messages by conversation. */
  public static final String CONVERSATION_TABLE = "conversation_message";

  /** Name of the table of messages by sender. */
  public static final String SENDER_TABLE = "sender_message";

  private static final TableOptions OPTIONS =
      TableOptions.DEFAULT.withPrefix(new DelimitedPrefix(MessageKey.END_OF_NAME));

  private final MessageTable conversations;
  private final MessageTable senders;

  private MessageArchive(Db db, Table conversations, Table senders) {
    this.conversations = new MessageTable(db, conversations, MessageTable.Filing.CONVERSATION);
    this.senders = new MessageTable(db, senders, MessageTable.Filing.SENDER);
  }

  /** The archive in this store; its tables are created where they are missing. */
  public static MessageArchive open(Db db) throws IOException {
    Table conversations = db.openTable(CONVERSATION_TABLE, OPTIONS);
    return new MessageArchive(db, conversations, db.openTable(SENDER_TABLE, OPTIONS));
  }

  /** The archive in this store, where it has one; nothing is created. */
  public static Optional<MessageArchive> find(Db db) {
    Optional<Table> conversations = db.findTable(CONVERSATION_TABLE);
    Optional<Table> senders = db.findTable(SENDER_TABLE);
    return conversations.isEmpty() || senders.isEmpty()
        ? Optional.empty()
        : Optional.of(new MessageArchive(db, conversations.get(), senders.get()));
  }

  /** Files a message under both names when {@code batch} is written. */
  public void add(WriteBatch batch, Message message) {
    conversations.put(batch, message);
    senders.put(batch, message);
  }

  /** Messages by conversation. */
  public MessageTable conversations() {
    return conversations;
  }

  /** Messages by sender. */
  public MessageTable senders() {
    return senders;
  }
}
