package io.sheaf.im.table;

import io.sheaf.grouping.DelimitedPrefix;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.time.Duration;

/**
 * The tables of an IM service. Each key begins with the id of a user or a conversation (but for the
 * last two), whose rows are one group; {@code docs/im.md} says what the rows are for.
 *
 * <pre>
 * table                  key                            value
 * conversation           conversation                   ConversationRow
 * conversation_member    conversation user              MemberRow
 * conversation_message   conversation message           MessageRow
 * conversation_event     conversation position          EventRow
 * conversation_inbox     user conversation              EntryRow
 * message_inbox          user conversation message      InboxRow
 * message_read           conversation sequence          ReadRow
 * message_recalled       conversation sequence          RecalledRow
 * message_reaction       conversation message sign user nothing
 * sync_queue             user position                  EventRow
 * sync_head              user                           HeadRow
 * sync_large             user conversation              LargeRow
 * sync_cursor            user device                    CursorRow
 * client_message         user client message            SentRow
 * pending_notice         conversation message           NoticeRow
 * deferred_send          number                         DeferredRow
 * index_state            name                           IndexStateRow
 * index:NAME             see io.sheaf.im.index          nothing
 * </pre>
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public record Tables(
    Table conversation,
    Table member,
    Table message,
    Table conversationEvent,
    Table entry,
    Table inbox,
    Table read,
    Table recalled,
    Table reaction,
    Table queue,
    Table head,
    Table large,
    Table cursor,
    Table answer,
    Table notice,
    Table deferred,
    Table indexState) {
  /** What the names of the tables of indexes begin with. */
  public static final String INDEX = "index:";

  /** Messages: groups that grow for ever, read in order, and separated. */
  private static final TableOptions GROUPS =
      TableOptions.DEFAULT.withPrefix(new DelimitedPrefix(Keys.END_OF_PREFIX));

  /** Rows of some ten bytes, many of them overwritten: nothing is gained by moving values out. */
  private static final TableOptions SMALL =
      GROUPS
          .withSeparationBytes(TableOptions.NEVER_SEPARATE)
          .withDictionaryBytes(TableOptions.NO_DICTIONARY);

  /** The tables of {@code db}, created where they are missing. */
  public static Tables open(Db db, Kept kept) throws IOException {
    TableOptions events = SMALL.withTtlMillis(kept.events().toMillis());
    TableOptions messages = messages(kept);
    return new Tables(
        db.openTable("conversation", SMALL),
        db.openTable("conversation_member", SMALL),
        db.openTable("conversation_message", messages),
        db.openTable("conversation_event", events),
        db.openTable("conversation_inbox", SMALL),
        db.openTable("message_inbox", messages),
        db.openTable("message_read", SMALL),
        db.openTable("message_recalled", SMALL),
        db.openTable("message_reaction", SMALL),
        db.openTable("sync_queue", events),
        db.openTable("sync_head", SMALL),
        db.openTable("sync_large", SMALL),
        db.openTable("sync_cursor", SMALL.withTtlMillis(kept.devices().toMillis())),
        db.openTable("client_message", SMALL.withTtlMillis(kept.answers().toMillis())),
        db.openTable("pending_notice", SMALL),
        db.openTable("deferred_send", SMALL),
        db.openTable("index_state", SMALL));
  }

  /** Whether {@code db} has the tables. */
  public static boolean areIn(Db db) {
    return db.findTable("conversation").isPresent() && db.findTable("index_state").isPresent();
  }

  /** How long {@code db}, which has the tables, keeps its rows. */
  public static Kept kept(Db db) {
    return new Kept(
        kept(db, "sync_queue"),
        kept(db, "sync_cursor"),
        kept(db, "client_message"),
        kept(db, "conversation_message"));
  }

  private static Duration kept(Db db, String table) {
    return Duration.ofMillis(db.table(table).options().ttlMillis());
  }

  /**
   * The table of the index {@code name}, created if it is missing; it lives as long as messages.
   */
  public static Table openIndex(Db db, Kept kept, String name) throws IOException {
    return db.openTable(INDEX + name, SMALL.withTtlMillis(ttlMillis(kept.messages())));
  }

  private static TableOptions messages(Kept kept) {
    return GROUPS.withTtlMillis(ttlMillis(kept.messages()));
  }

  private static long ttlMillis(Duration kept) {
    return kept.isZero() ? TableOptions.NO_TTL : kept.toMillis();
  }
}
