package io.sheaf.im.index;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.MessagePlace;
import io.sheaf.im.table.InboxRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.Rows;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The indexes of a store: writes their entries into the batch of the row they are of, so that they
 * are there when the row is, and go when it goes.
 *
 * <p>Entries of rows that were dropped in a range stay in the rows of users: of messages, where a
 * conversation is deleted; of a user's own rows, where it leaves. Those of its own rows are shown
 * only where the row still gives them, as the same message may get another such row; of messages
 * there is none of this id again, and who reads the index does not find it.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads; who changes a row keeps others from
 * changing it at the same time.
 */
public final class IndexSet {
  private static final Slice NOTHING = new Slice();

  private record Index(IndexDefinition definition, Table table) {}

  private final Db db;
  private final Map<String, Index> indexes = new ConcurrentHashMap<>();
  private final UnkeptIndexes unkept;

  /** The indexes of {@code db}, none at first. */
  public IndexSet(Db db) {
    this.db = db;
    this.unkept = new UnkeptIndexes(db);
  }

  /** The store has an index that may not be kept in this opening. */
  public void found(String name) {
    unkept.add(name);
  }

  /** Takes the entry of a row. */
  @FunctionalInterface
  public interface Visitor {
    /** Says where a message is; returns whether to go on. */
    boolean visit(ConversationId conversation, MessageId message) throws IOException;
  }

  /** Keeps an index in {@code table} from now on. */
  public void add(IndexDefinition definition, Table table) {
    if (indexes.putIfAbsent(definition.name(), new Index(definition, table)) != null) {
      throw new IllegalArgumentException("there is an index '" + definition.name() + "' already");
    }
    unkept.remove(definition.name());
  }

  /** Keeps an index no longer; its table, for who wants to drop it. */
  public Table remove(String name) {
    Index removed = indexes.remove(name);
    if (removed == null) {
      throw unknown(name);
    }
    return removed.table();
  }

  /** Whether there is an index of this name. */
  public boolean has(String name) {
    return indexes.containsKey(name);
  }

  /** Lets {@code batch} change the entries of a row as the row changes; null: there is none. */
  public void change(
      WriteBatch batch, IndexSource source, @Nullable IndexedRow before, @Nullable IndexedRow now)
      throws IOException {
    unkept.beginAnew();
    for (Index index : indexes.values()) {
      if (index.definition().source() == source) {
        change(batch, index, before, now);
      }
    }
  }

  /** Puts the entries of {@code row} in one index into {@code batch}. */
  public void build(WriteBatch batch, String name, IndexedRow row) {
    change(batch, get(name), null, row);
  }

  /** Lets {@code batch} remove all entries that stand in the rows of {@code owner}. */
  public void removeAllOf(WriteBatch batch, IndexOwner owner) throws IOException {
    unkept.beginAnew();
    byte[] from = IndexKey.prefix(owner);
    for (Index index : indexes.values()) {
      batch.deleteRange(index.table(), from, Keys.end(from));
    }
  }

  /**
   * Shows the entries of {@code owner} with {@code value}, newest first, from a place on, as of the
   * moment of {@code rows}.
   */
  public void newest(
      Rows rows, String name, IndexOwner owner, Id value, MessagePlace before, Visitor visitor)
      throws IOException {
    CursorOptions below =
        CursorOptions.ALL
            .between(IndexKey.prefix(owner, value), IndexKey.end(owner, value, before))
            .reversed();
    visit(rows, name, below, visitor);
  }

  /**
   * Shows the entries of {@code owner} with {@code value} behind a message, oldest first, as of the
   * moment of {@code rows}.
   *
   * @param after not the highest id of all
   */
  public void oldest(
      Rows rows, String name, IndexOwner owner, Id value, MessageId after, Visitor visitor)
      throws IOException {
    byte[] prefix = IndexKey.prefix(owner, value);
    CursorOptions above =
        CursorOptions.ALL.between(Keys.of(prefix, after.next().value()), Keys.end(prefix));
    visit(rows, name, above, visitor);
  }

  /** Shows all entries there are, as of the moment of {@code rows}. */
  public void all(Rows rows, String name, Visitor visitor) throws IOException {
    visit(rows, name, CursorOptions.ALL, visitor);
  }

  private void visit(Rows rows, String name, CursorOptions entries, Visitor visitor)
      throws IOException {
    Index index = get(name);
    try (Cursor cursor = rows.cursor(index.table(), entries)) {
      while (cursor.next()) {
        IndexKey key = IndexKey.decode(cursor.key());
        if (isGiven(rows, index, key) && !visitor.visit(key.conversation(), key.message())) {
          return;
        }
      }
    }
  }

  /** Whether the row that an entry was written for still gives it; of messages: always. */
  private static boolean isGiven(Rows rows, Index index, IndexKey key) throws IOException {
    return switch (index.definition().source()) {
      case MESSAGES -> true;
      case INBOX -> {
        UserId user = new UserId(key.owner().id());
        Optional<InboxRow> row = rows.inbox(user, key.conversation(), key.message());
        yield row.isPresent()
            && IndexEntries.of(
                    index.definition(),
                    IndexedRow.of(user, key.conversation(), key.message(), row.get()))
                .contains(Slice.of(key.encode()));
      }
    };
  }

  /** All keys of an index, for who compares it with its rows. */
  public List<Slice> keys(String name) throws IOException {
    List<Slice> keys = new ArrayList<>();
    try (Cursor cursor = db.cursor(get(name).table(), CursorOptions.ALL)) {
      while (cursor.next()) {
        keys.add(Slice.copyOf(cursor.key()));
      }
    }
    return keys;
  }

  private static void change(
      WriteBatch batch, Index index, @Nullable IndexedRow before, @Nullable IndexedRow now) {
    Set<Slice> entries = IndexEntries.of(index.definition(), now);
    for (Slice key : IndexEntries.of(index.definition(), before)) {
      if (!entries.contains(key)) {
        batch.delete(index.table(), key);
      }
    }
    for (Slice key : entries) {
      batch.put(index.table(), key, NOTHING);
    }
  }

  private Index get(String name) {
    Index index = indexes.get(name);
    if (index == null) {
      throw unknown(name);
    }
    return index;
  }

  private IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException(
        "there is no index '" + name + "'; there are " + indexes.keySet());
  }
}
