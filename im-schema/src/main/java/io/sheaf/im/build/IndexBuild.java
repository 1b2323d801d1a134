package io.sheaf.im.build;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.index.IndexDefinition;
import io.sheaf.im.index.IndexedRow;
import io.sheaf.im.table.InboxRow;
import io.sheaf.im.table.IndexStateRow;
import io.sheaf.im.table.Keys;
import io.sheaf.im.table.MessageRow;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Table;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the rows that are there already into an index, some at a time, each time with the lock of
 * their owner: so nobody changes them in between, and nobody waits for more than these. How far it
 * is stands in the batch with the entries, so that it goes on after a crash.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class IndexBuild implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IndexBuild.class);
  private static final int ROWS_AT_ONCE = 256;

  private final Context context;
  private final IndexDefinition definition;
  private final CompletableFuture<Boolean> end = new CompletableFuture<>();
  private byte[] last;
  private final AtomicLong rows = new AtomicLong();
  private volatile boolean stopped;
  private @Nullable Thread thread;

  IndexBuild(Context context, IndexDefinition definition, IndexStateRow state) {
    this.context = context;
    this.definition = definition;
    this.last = state.last();
    if (state.complete()) {
      end.complete(true);
    }
  }

  /** Whether all rows are in it. */
  public boolean isComplete() {
    return end.isDone() && !end.isCompletedExceptionally() && end.join();
  }

  /** Rows that were looked at since it was created in this opening. */
  public long rows() {
    return rows.get();
  }

  /**
   * Waits until all rows are in it.
   *
   * @return false where it was stopped before
   * @throws IOException when it failed; it goes on when the index is created after the next opening
   */
  public boolean await() throws IOException, InterruptedException {
    try {
      return end.get();
    } catch (ExecutionException e) {
      throw new IOException("building the index '" + definition.name() + "' failed", e.getCause());
    }
  }

  /** Stops it; it goes on when the index is created after the next opening. */
  @Override
  public void close() throws IOException {
    stopped = true;
    Thread running = thread;
    if (running != null) {
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while the building of an index ends", e);
      }
    }
    end.complete(false);
  }

  void start() {
    if (!end.isDone()) {
      thread =
          Thread.ofPlatform()
              .name("sheaf-im-index-" + definition.name())
              .daemon()
              .start(this::runInBackground);
    }
  }

  void checkComplete() {
    if (!isComplete()) {
      throw new IllegalStateException(
          "the index '"
              + definition.name()
              + "' is being built, "
              + rows.get()
              + " rows so far: wait for it");
    }
  }

  /** Builds it in this thread; nothing is to do where it is built. */
  void run() throws IOException {
    try {
      build();
    } catch (IOException | RuntimeException e) {
      end.completeExceptionally(e);
      throw e;
    }
  }

  private void build() throws IOException {
    boolean more = !end.isDone();
    while (more && !stopped) {
      more = addSome();
    }
    end.complete(!more);
  }

  private void runInBackground() {
    try {
      run();
    } catch (IOException | RuntimeException e) {
      LOG.error("building the index '{}' failed", definition.name(), e); // await() throws it
    }
  }

  /** Adds some rows of one owner; false: there are no more. */
  private boolean addSome() throws IOException {
    Table table =
        switch (definition.source()) {
          case MESSAGES -> context.tables().message();
          case INBOX -> context.tables().inbox();
        };
    Optional<Id> owner = nextOwner(table);
    try (Transaction change = context.begin()) {
      if (owner.isEmpty()) {
        put(change, IndexStateRow.COMPLETE);
        change.commit();
        return false;
      }
      lock(change, owner.get());
      int count = 0;
      CursorOptions some =
          CursorOptions.ALL
              .between(firstOf(owner.get()), Keys.end(Keys.of(owner.get())))
              .limit(ROWS_AT_ONCE)
              .withFillCache(false);
      try (Cursor cursor = context.db().cursor(table, some)) {
        while (cursor.next()) {
          count++;
          last = cursor.key().toByteArray();
          context.indexes().build(change.batch(), definition.name(), row(owner.get(), cursor));
        }
      }
      put(change, new IndexStateRow(false, last));
      change.commit();
      rows.addAndGet(count);
    }
    return true;
  }

  /** Whose the next row is. */
  private Optional<Id> nextOwner(Table table) throws IOException {
    return context
        .rows()
        .first(table, CursorOptions.ALL.between(from(), null), (key, value) -> Keys.id(key, 0));
  }

  /** The first key behind the last row. */
  private byte @Nullable [] from() {
    return last.length == 0 ? null : Arrays.copyOf(last, last.length + 1);
  }

  /**
   * The first key of {@code owner} behind the last row: not of another, who has got rows since, and
   * whose lock is not held; those were written with the index.
   */
  private byte[] firstOf(Id owner) {
    byte @Nullable [] from = from();
    byte[] first = Keys.of(owner);
    return from == null || Arrays.compareUnsigned(from, first) < 0 ? first : from;
  }

  private void lock(Transaction change, Id owner) {
    switch (definition.source()) {
      case MESSAGES -> change.lockConversation(new ConversationId(owner));
      case INBOX -> change.lockUser(new UserId(owner));
    }
  }

  private IndexedRow row(Id owner, Cursor cursor) throws IOException {
    return switch (definition.source()) {
      case MESSAGES ->
          IndexedRow.of(
              MessageRow.decode(new ConversationId(owner), cursor.key(), cursor.value()).message());
      case INBOX -> {
        ConversationId conversation =
            new ConversationId(Keys.id(cursor.key(), owner.encoded().length));
        yield IndexedRow.of(
            new UserId(owner),
            conversation,
            new MessageId(Keys.number(cursor.key())),
            InboxRow.decode(conversation, cursor.key(), cursor.value()));
      }
    };
  }

  private void put(Transaction change, IndexStateRow state) {
    change
        .batch()
        .put(context.tables().indexState(), Indexes.key(definition.name()), state.encode());
  }
}
