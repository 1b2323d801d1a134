package io.sheaf.im.build;

import io.sheaf.im.change.Context;
import io.sheaf.im.history.Visibility;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.index.IndexDefinition;
import io.sheaf.im.index.IndexOwner;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.MessagePlace;
import io.sheaf.im.model.PageLimit;
import io.sheaf.im.table.IndexStateRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.MessageRow;
import io.sheaf.im.table.Rows;
import io.sheaf.im.table.Tables;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Snapshot;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Indexes over the rows of users and conversations. An entry is written in the batch of its row;
 * rows that are there already are added in the background, while others are written.
 *
 * <p>What an index finds is code, so a service creates its indexes each time it opens the store,
 * before it writes; what was built stays built, and what was begun goes on. When a message is
 * written before an index was created, that index begins anew.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> The store closes it.
 */
public final class Indexes implements AutoCloseable {
  private final Context context;
  private final Set<String> own = ConcurrentHashMap.newKeySet();
  private final Map<String, IndexBuild> builds = new ConcurrentHashMap<>();

  /** The indexes of {@code context}. */
  public Indexes(Context context) {
    this.context = context;
  }

  /**
   * Keeps an index from now on, and builds what is not yet in it.
   *
   * @return how far that is
   * @throws IllegalArgumentException when there is one of this name already
   */
  public IndexBuild create(IndexDefinition definition) throws IOException {
    IndexBuild build = prepare(definition);
    build.start();
    return build;
  }

  /** The same; returns when it is built. */
  public void createAndWait(IndexDefinition definition) throws IOException {
    prepare(definition).run();
  }

  /** How far an index is built. */
  public IndexBuild progress(String name) {
    IndexBuild build = builds.get(name);
    if (build == null) {
      throw new IllegalArgumentException(
          "there is no index '" + name + "'; there are " + builds.keySet());
    }
    return build;
  }

  /** Keeps an index that others rely on: it cannot be dropped. Returns when it is built. */
  public void createOwn(IndexDefinition definition) throws IOException {
    own.add(definition.name());
    createAndWait(definition);
  }

  /** Gives an index up, with its entries, in work that does not depend on their number. */
  public void drop(String name) throws IOException {
    IndexBuild build = progress(name);
    if (own.contains(name)) {
      throw new IllegalArgumentException("the store itself relies on the index '" + name + "'");
    }
    build.close();
    // First of all: rows may be written without it from then on, whatever becomes of the rest.
    context.db().write(new WriteBatch().delete(context.tables().indexState(), key(name)));
    builds.remove(name);
    Table table = context.indexes().remove(name);
    context.awaitChanges(); // those that began before still write to it
    context.db().dropTable(table);
  }

  /**
   * What a user has of one value, newest first, as far as it may see it.
   *
   * @param before only messages behind this place; {@link MessagePlace#END}: all
   * @param limit of messages, 1 at least
   * @throws IllegalStateException while the index is being built
   */
  public List<HistoryMessage> ofUser(
      String name, UserId user, Id value, MessagePlace before, int limit) throws IOException {
    PageLimit.check(limit, "messages");
    progress(name).checkComplete();
    List<HistoryMessage> found = new ArrayList<>();
    try (Snapshot now = context.db().snapshot()) {
      Rows rows = context.rows().at(now);
      Visibility visibility = new Visibility(rows);
      context
          .indexes()
          .newest(
              rows,
              name,
              IndexOwner.of(user),
              value,
              before,
              (where, id) -> {
                visibility.findIfMember(user, where, id).ifPresent(found::add);
                return found.size() < limit;
              });
    }
    return found;
  }

  /**
   * What a conversation has of one value, newest first, whoever looks.
   *
   * @param before only older messages; {@link MessageId#HIGHEST}: all
   * @param limit of messages, 1 at least
   * @throws IllegalStateException while the index is being built
   */
  public List<Message> ofConversation(
      String name, ConversationId conversation, Id value, MessageId before, int limit)
      throws IOException {
    PageLimit.check(limit, "messages");
    progress(name).checkComplete();
    List<Message> found = new ArrayList<>();
    context
        .indexes()
        .newest(
            context.rows(),
            name,
            IndexOwner.of(conversation),
            value,
            MessagePlace.before(before),
            (where, id) -> {
              context.rows().message(where, id).map(MessageRow::message).ifPresent(found::add);
              return found.size() < limit;
            });
    return found;
  }

  /** Ends what is being built; it goes on when the index is created after the next opening. */
  @Override
  public void close() throws IOException {
    for (IndexBuild build : builds.values()) {
      build.close();
    }
  }

  /** Finds the indexes that the store has: those that are not created again begin anew. */
  public void findOthers() throws IOException {
    try (Cursor cursor = context.db().cursor(context.tables().indexState(), CursorOptions.ALL)) {
      while (cursor.next()) {
        context.indexes().found(new String(cursor.key().toByteArray(), StandardCharsets.US_ASCII));
      }
    }
  }

  private IndexBuild prepare(IndexDefinition definition) throws IOException {
    String name = definition.name();
    Table table = Tables.openIndex(context.db(), context.kept(), name);
    if (context.db().get(context.tables().indexState(), key(name)) == null
        && !context.indexes().has(name)) {
      // What a drop has left that did not come to its end.
      context.db().write(new WriteBatch().deleteRange(table, Keys.first(), Keys.behindAll()));
    }
    context.indexes().add(definition, table);
    context.awaitChanges(); // those that began before do not know of it
    Optional<IndexStateRow> state =
        context.rows().get(context.tables().indexState(), key(name), IndexStateRow::decode);
    IndexBuild build = new IndexBuild(context, definition, state.orElse(IndexStateRow.BEGUN));
    builds.put(name, build);
    return build;
  }

  static byte[] key(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }
}
