package io.sheaf.im.conversation;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.table.EntryRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.MemberRow;
import io.sheaf.im.table.ReadRow;
import io.sheaf.im.table.Rows;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import java.io.IOException;
import java.util.TreeMap;

/**
 * Where the read positions of a large conversation stand: for each sequence number how many members
 * have read up to there, less those who joined there. So the members that have read a message are
 * the sum over its number and all higher ones, those not counted who joined after it; and a member
 * that has read a thousand messages costs two rows, however many members there are.
 *
 * <p><b>Thread safety.</b> None; the conversation's lock is held.
 */
public final class ReadCounts {
  private final Context context;
  private final Transaction change;
  private final ConversationId conversation;
  private final TreeMap<Long, Long> added = new TreeMap<>();

  /** Of a conversation, to be changed by {@code change}. */
  public ReadCounts(Context context, Transaction change, ConversationId conversation) {
    this.context = context;
    this.change = change;
    this.conversation = conversation;
  }

  /** How many have read the message with this number, whoever sent it. */
  static long count(Context context, Rows rows, ConversationId conversation, long sequence)
      throws IOException {
    long count = 0;
    CursorOptions behind =
        CursorOptions.ALL.between(
            Keys.of(conversation.id(), sequence), Keys.end(Keys.of(conversation.id())));
    try (Cursor cursor = rows.cursor(context.tables().read(), behind)) {
      while (cursor.next()) {
        count += ReadRow.decode(cursor.key(), cursor.value()).members();
      }
    }
    return count;
  }

  /** A member moves. */
  public void move(long from, long to) {
    add(from, -1);
    add(to, 1);
  }

  /** A member counts from now on. */
  void add(MemberRow member, EntryRow entry) {
    move(member.beforeSequence(), entry.readSequence());
  }

  /** A member counts no longer. */
  void remove(MemberRow member, EntryRow entry) {
    move(entry.readSequence(), member.beforeSequence());
  }

  /** Puts it into the change. */
  public void write() throws IOException {
    for (var one : added.entrySet()) {
      byte[] key = Keys.of(conversation.id(), one.getKey());
      long before =
          context
              .rows()
              .get(context.tables().read(), key, ReadRow::decode)
              .map(ReadRow::members)
              .orElse(0L);
      long members = before + one.getValue();
      if (members == 0) {
        change.batch().delete(context.tables().read(), key);
      } else {
        change.batch().put(context.tables().read(), key, new ReadRow(members).encode());
      }
    }
    added.clear();
  }

  private void add(long sequence, long members) {
    added.merge(sequence, members, Long::sum);
    added.remove(sequence, 0L);
  }
}
