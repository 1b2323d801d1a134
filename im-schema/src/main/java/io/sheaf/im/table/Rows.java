package io.sheaf.im.table;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.ImException;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.ValueConsumer;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads single rows of the tables.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class Rows {
  private final Db db;
  private final Tables tables;
  private final @Nullable Snapshot snapshot;

  /** Reads from {@code db}, which stays the caller's. */
  public Rows(Db db, Tables tables) {
    this(db, tables, null);
  }

  private Rows(Db db, Tables tables, @Nullable Snapshot snapshot) {
    this.db = db;
    this.tables = tables;
    this.snapshot = snapshot;
  }

  /** The same as of {@code moment}, which the caller closes afterwards. */
  public Rows at(Snapshot moment) {
    return new Rows(db, tables, moment);
  }

  /** A cursor, as of the moment that these rows are of. */
  public Cursor cursor(Table table, CursorOptions options) throws IOException {
    return db.cursor(table, snapshot == null ? options : options.at(snapshot));
  }

  /** What the bytes of a row mean; they are valid only during the call. */
  @FunctionalInterface
  public interface Decoder<T> {
    /** Reads them. */
    T decode(Slice key, Slice value) throws IOException;
  }

  /** The row of {@code key}. */
  public <T> Optional<T> get(Table table, byte[] key, Decoder<T> decoder) throws IOException {
    Decoded<T> decoded = new Decoded<>(Slice.of(key), decoder);
    db.get(table, decoded.key, snapshot, decoded);
    return decoded.row();
  }

  /** Decodes a row where it lies. */
  private static final class Decoded<T> implements ValueConsumer {
    private final Slice key;
    private final Decoder<T> decoder;
    private @Nullable T row;
    private @Nullable IOException failure;

    Decoded(Slice key, Decoder<T> decoder) {
      this.key = key;
      this.decoder = decoder;
    }

    @Override
    public void accept(Slice value) {
      try {
        row = decoder.decode(key, value);
      } catch (IOException e) {
        failure = e;
      }
    }

    Optional<T> row() throws IOException {
      if (failure != null) {
        throw failure;
      }
      return Optional.ofNullable(row);
    }
  }

  /** The first row a cursor shows. */
  public <T> Optional<T> first(Table table, CursorOptions options, Decoder<T> decoder)
      throws IOException {
    try (Cursor cursor = cursor(table, options.limit(1))) {
      return cursor.next()
          ? Optional.of(decoder.decode(cursor.key(), cursor.value()))
          : Optional.empty();
    }
  }

  /** The conversation, or what is left of a deleted one. */
  public Optional<ConversationRow> conversationOrRest(ConversationId id) throws IOException {
    return get(tables.conversation(), Keys.of(id.id()), ConversationRow::decode);
  }

  /** The conversation. */
  public Optional<ConversationRow> conversation(ConversationId id) throws IOException {
    return conversationOrRest(id).filter(row -> !row.deleted());
  }

  /**
   * The conversation.
   *
   * @throws ImException.UnknownConversation when there is none
   */
  public ConversationRow requireConversation(ConversationId id) throws IOException {
    return conversation(id).orElseThrow(() -> new ImException.UnknownConversation(id));
  }

  /** A member of a conversation. */
  public Optional<MemberRow> member(ConversationId conversation, UserId user) throws IOException {
    return get(tables.member(), Keys.of(conversation.id(), user.id()), MemberRow::decode);
  }

  /**
   * The entry of a user in its own list. Whoever has one of this life of the conversation is a
   * member; members with a huge list have none.
   */
  public Optional<EntryRow> listedEntry(
      ConversationId id, ConversationRow conversation, UserId user) throws IOException {
    return get(tables.entry(), Keys.of(user.id(), id.id()), EntryRow::decode)
        .filter(entry -> entry.life() == conversation.life());
  }

  /** The entry of a member. */
  public Optional<EntryRow> entry(ConversationId conversation, UserId user, MemberRow member)
      throws IOException {
    return member.entry().isPresent()
        ? member.entry()
        : get(tables.entry(), Keys.of(user.id(), conversation.id()), EntryRow::decode);
  }

  /**
   * The entry of a member.
   *
   * @throws ImException.NotMember when the user is none
   */
  public EntryRow requireEntry(ConversationId conversation, UserId user) throws IOException {
    MemberRow member =
        member(conversation, user).orElseThrow(() -> new ImException.NotMember(conversation, user));
    return entry(conversation, user, member)
        .orElseThrow(() ->
            new IOException(
                "'" + user + "' is a member of '" + conversation + "' without an entry"));
  }

  /** A message to all members. */
  public Optional<MessageRow> message(ConversationId conversation, MessageId id)
      throws IOException {
    return get(
        tables.message(),
        Keys.of(conversation.id(), id.value()),
        (key, value) -> MessageRow.decode(conversation, key, value));
  }

  /** What a user has of its own about a message. */
  public Optional<InboxRow> inbox(UserId user, ConversationId conversation, MessageId id)
      throws IOException {
    return get(
        tables.inbox(),
        Keys.of(user.id(), conversation.id(), id.value()),
        (key, value) -> InboxRow.decode(conversation, key, value));
  }

  /** How far a device has got. */
  public Optional<CursorRow> device(UserId user, DeviceId device) throws IOException {
    return get(tables.cursor(), Keys.of(user.id(), device.id()), CursorRow::decode);
  }
}
