package io.sheaf.im;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Messages filed under names: those of their conversations, or those of their senders. The rows of
 * a name are one group of the store, in order of ids.
 *
 * <p><em>Thread safety:</em> safe for any number of threads; a cursor is for one.
 */
public final class MessageTable {
  /** What the messages of a table are filed under. */
  enum Filing {
    CONVERSATION,
    SENDER
  }

  private final Db db;
  private final Table table;
  private final Filing filing;

  MessageTable(Db db, Table table, Filing filing) {
    this.db = db;
    this.table = table;
    this.filing = filing;
  }

  /** Whether the name has a message. */
  public boolean contains(Name name) throws IOException {
    try (Cursor cursor = db.cursor(table, rowsOf(name).limit(1))) {
      return cursor.next();
    }
  }

  /** The first names that have messages, in the order of their bytes. */
  public List<Name> names(int limit) throws IOException {
    List<Name> names = new ArrayList<>();
    byte @Nullable [] next = null;
    while (names.size() < limit) {
      try (Cursor cursor = db.cursor(table, CursorOptions.ALL.between(next, null).limit(1))) {
        if (!cursor.next()) {
          return names;
        }
        Name name = MessageKey.name(cursor.key());
        names.add(name);
        next = MessageKey.end(name);
      }
    }
    return names;
  }

  /** The message of this name and id. */
  public Optional<Message> get(Name name, long id) throws IOException {
    byte[] key = MessageKey.key(name, id);
    byte[] value = db.get(table, key);
    return value == null
        ? Optional.empty()
        : Optional.of(message(name, Slice.of(key), Slice.of(value)));
  }

  /** The newest messages of a name, newest first. */
  public MessageCursor newest(Name name, long limit) throws IOException {
    return open(name, rowsOf(name).reversed().limit(limit));
  }

  /**
   * The messages of a name from an id on, oldest first.
   *
   * @param from the id to begin with, itself included
   */
  public MessageCursor from(Name name, long from, long limit) throws IOException {
    CursorOptions onward =
        CursorOptions.ALL.between(MessageKey.key(name, from), MessageKey.end(name)).limit(limit);
    return open(name, onward);
  }

  void put(WriteBatch batch, Message message) {
    Name name = name(message);
    batch.put(
        table,
        MessageKey.key(name, message.id()),
        MessageValue.encode(message.kind(), other(message), message.text()));
  }

  Message message(Name name, Slice key, Slice value) throws IOException {
    MessageValue.Content content = MessageValue.decode(key, value);
    long id = MessageKey.id(key);
    return switch (filing) {
      case CONVERSATION -> new Message(name, content.other(), id, content.kind(), content.text());
      case SENDER -> new Message(content.other(), name, id, content.kind(), content.text());
    };
  }

  private Name name(Message message) {
    return switch (filing) {
      case CONVERSATION -> message.conversation();
      case SENDER -> message.sender();
    };
  }

  private Name other(Message message) {
    return switch (filing) {
      case CONVERSATION -> message.sender();
      case SENDER -> message.conversation();
    };
  }

  private MessageCursor open(Name name, CursorOptions options) throws IOException {
    return new MessageCursor(this, name, db.cursor(table, options));
  }

  private static CursorOptions rowsOf(Name name) {
    return CursorOptions.prefix(MessageKey.prefix(name));
  }
}
