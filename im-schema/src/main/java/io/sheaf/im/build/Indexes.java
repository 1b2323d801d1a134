package io.sheaf.im.build;

import io.sheaf.im.change.Context;
import io.sheaf.im.history.Visibility;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.index.IndexDefinition;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.Message;
import io.sheaf.im.table.IndexStateRow;
import io.sheaf.im.table.MessageRow;
import io.sheaf.im.table.Tables;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Indexes over the rows of users and conversations. An entry is written in the batch of its row;
 * rows that are there already are added in the background, while others are written.
 *
 * <p>What an index finds is code, so a service creates its indexes each time it opens the store;
 * what was built stays built, and what was begun goes on.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> The store closes it.
 */
public final class Indexes implements AutoCloseable {
  private final Context context;
  private final Visibility visibility;
  private final Map<String, IndexBuild> builds = new ConcurrentHashMap<>();

  /** The indexes of {@code context}. */
  public Indexes(Context context) {
    this.context = context;
    this.visibility = new Visibility(context);
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

  /** Gives an index up, with its entries, in work that does not depend on their number. */
  public void drop(String name) throws IOException {
    IndexBuild build = progress(name);
    build.close();
    builds.remove(name);
    Table table = context.indexes().remove(name);
    context.awaitChanges(); // those that began before still write to it
    context.db().write(new WriteBatch().delete(context.tables().indexState(), key(name)));
    context.db().dropTable(table);
  }

  /**
   * What a user has of one value, newest first, as far as it may see it.
   *
   * @param before only older messages; {@link MessageId#HIGHEST}: all
   * @throws IllegalStateException while the index is being built
   */
  public List<HistoryMessage> ofUser(
      String name, UserId user, Id value, MessageId before, int limit) throws IOException {
    progress(name).checkComplete();
    List<HistoryMessage> found = new ArrayList<>();
    context
        .indexes()
        .newest(
            name,
            user.id(),
            value,
            before,
            (where, id) -> {
              visibility.findIfMember(user, where, id).ifPresent(found::add);
              return found.size() < limit;
            });
    return found;
  }

  /**
   * What a conversation has of one value, newest first, whoever looks.
   *
   * @param before only older messages; {@link MessageId#HIGHEST}: all
   * @throws IllegalStateException while the index is being built
   */
  public List<Message> ofConversation(
      String name, ConversationId conversation, Id value, MessageId before, int limit)
      throws IOException {
    progress(name).checkComplete();
    List<Message> found = new ArrayList<>();
    context
        .indexes()
        .newest(
            name,
            conversation.id(),
            value,
            before,
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

  private IndexBuild prepare(IndexDefinition definition) throws IOException {
    String name = definition.name();
    Table table = Tables.openIndex(context.db(), context.kept(), name);
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
