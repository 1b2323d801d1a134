package io.sheaf.im;

import io.sheaf.engine.Sheaf;
import io.sheaf.im.build.Indexes;
import io.sheaf.im.change.Clock;
import io.sheaf.im.change.Context;
import io.sheaf.im.change.Publisher;
import io.sheaf.im.conversation.Conversations;
import io.sheaf.im.conversation.OwnMessages;
import io.sheaf.im.history.History;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.inbox.ConversationList;
import io.sheaf.im.inbox.PendingReads;
import io.sheaf.im.inbox.RecalledMessages;
import io.sheaf.im.inbox.StaleEntries;
import io.sheaf.im.inbox.Unread;
import io.sheaf.im.index.IndexDefinition;
import io.sheaf.im.index.IndexSet;
import io.sheaf.im.limit.DeferredSends;
import io.sheaf.im.limit.Origin;
import io.sheaf.im.limit.SendGate;
import io.sheaf.im.message.Mentions;
import io.sheaf.im.message.MessageChanges;
import io.sheaf.im.message.Notices;
import io.sheaf.im.message.Reactions;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.receipt.Receipts;
import io.sheaf.im.send.Sender;
import io.sheaf.im.sync.SyncQueues;
import io.sheaf.im.table.Tables;
import io.sheaf.lsm.db.Db;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * What an instant-messaging service needs of its store.
 *
 * <pre>{@code
 * try (ImStore im = ImStore.open(Path.of("messages"), ImOptions.DEFAULT)) {
 *   im.conversations().create(team, false, List.of(NewMember.of(ann), NewMember.of(bob)));
 *   im.send(Draft.of(team, ann, ClientMessageId.of("a1"), Body.of("hello")));
 *   im.sync().addDevice(bob, phone);
 *   SyncResult news = im.sync().read(bob, phone, 100);
 * }
 * }</pre>
 *
 * <p><b>Promises.</b> A call that returns has its effect in the store, as durable as the engine's
 * option says, and whole: a message with its number, the events in the queues of its receivers and
 * all else that belongs to it. A call that throws has none; where that is not known, the outcome of
 * a send says so. The one exception are read positions, see {@link Receipts}.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 *
 * <p><b>Ownership.</b> Who opened it closes it; a {@link Db} that was handed in stays the caller's,
 * who closes it after this.
 */
public final class ImStore implements AutoCloseable {
  private static final List<IndexDefinition> OWN_INDEXES =
      List.of(
          OwnMessages.BY_SENDER,
          Unread.RECALLED,
          Unread.MENTION_ALL,
          Mentions.TO_ALL,
          Mentions.TO_SOME);

  /** Each gives numbers from what it remembers: two in one engine would give the same twice. */
  private static final Set<Db> OPEN = ConcurrentHashMap.newKeySet();

  private final Db db;
  private final boolean ownsDb;
  private final Context context;
  private final Conversations conversations;
  private final Sender sender;
  private final SendGate gate;
  private final DeferredSends deferred;
  private final SyncQueues sync;
  private final History history;
  private final StaleEntries staleEntries;
  private final ConversationList list;
  private final Receipts receipts;
  private final Notices notices;
  private final MessageChanges messages;
  private final Reactions reactions;
  private final Mentions mentions;
  private final Indexes indexes;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Housekeeping housekeeping;

  private ImStore(Db db, boolean ownsDb, ImOptions options, LongSupplier clock) throws IOException {
    this.db = db;
    this.ownsDb = ownsDb;
    Tables tables = Tables.open(db, options.kept());
    Publisher publisher = SyncQueues.publisher();
    context =
        new Context(db, tables, options.kept(), new IndexSet(db), publisher, new Clock(clock));
    indexes = new Indexes(context);
    indexes.findOthers();
    boolean atOnce = options.window().isZero();
    PendingReads reads = new PendingReads();
    for (IndexDefinition own : OWN_INDEXES) {
      indexes.createOwn(own); // others rely on them; they are there from the first message on
    }
    new RecalledMessages(context).fill();
    conversations = new Conversations(context, options.largeMembers());
    sender = new Sender(context, options.mostBodyBytes());
    DoubleSupplier pressure = () -> db.pressure().level();
    gate = new SendGate(sender, options.rates(), pressure, System::nanoTime);
    deferred = new DeferredSends(context, sender, pressure);
    sync = SyncQueues.of(context, publisher, options.rebaseEvents(), options.mostBodyBytes());
    history = new History(context);
    staleEntries = new StaleEntries(context);
    list = new ConversationList(context, reads, staleEntries);
    receipts = new Receipts(context, reads, atOnce);
    notices = new Notices(context, atOnce);
    messages = new MessageChanges(context, notices, options.mostBodyBytes());
    reactions = new Reactions(context, notices);
    mentions = new Mentions(context);
    housekeeping =
        new Housekeeping(
            options,
            this::writeWindow,
            this::sealHeads,
            deferred::deliver,
            this::removeStaleEntries);
  }

  /**
   * Opens the store in {@code directory}, and makes one of it if it is missing or empty.
   *
   * @throws IOException see {@link Db#open}
   */
  public static ImStore open(Path directory, ImOptions options) throws IOException {
    Db db = Sheaf.open(directory, options.db());
    try {
      return openIn(db, true, options, System::currentTimeMillis);
    } catch (IOException | RuntimeException | Error e) {
      try (db) {
        throw e;
      }
    }
  }

  /** Opens the store in {@code db}, whose tables are created where they are missing. */
  public static ImStore open(Db db, ImOptions options) throws IOException {
    return open(db, options, System::currentTimeMillis);
  }

  /** The same with another clock: milliseconds since 1970. */
  public static ImStore open(Db db, ImOptions options, LongSupplier clock) throws IOException {
    return openIn(db, false, options, clock);
  }

  private static ImStore openIn(Db db, boolean ownsDb, ImOptions options, LongSupplier clock)
      throws IOException {
    if (!OPEN.add(db)) {
      throw new IllegalStateException(
          "there is an open IM store in " + db.directory() + ": use that one, or close it first");
    }
    try {
      return new ImStore(db, ownsDb, options, clock);
    } catch (IOException | RuntimeException | Error e) {
      OPEN.remove(db);
      throw e;
    }
  }

  /** Whether {@code db} holds the tables of an IM store. */
  public static boolean isIn(Db db) {
    return Tables.areIn(db);
  }

  /** Sends a message, as fast as rates allow and the store keeps up. */
  public SendOutcome send(Draft draft) {
    return gate.send(draft, Origin.UNKNOWN);
  }

  /** The same for who knows where it comes from. */
  public SendOutcome send(Draft draft, Origin origin) {
    return gate.send(draft, origin);
  }

  /** Conversations, and who is in them. */
  public Conversations conversations() {
    return conversations;
  }

  /** Sends messages, many at once as well, past all limits. */
  public Sender sender() {
    return sender;
  }

  /** What the limits do, and who is busy. */
  public SendGate gate() {
    return gate;
  }

  /** Messages that have time. */
  public DeferredSends deferred() {
    return deferred;
  }

  /** What has still to reach the devices of users. */
  public SyncQueues sync() {
    return sync;
  }

  /** What users see of conversations. */
  public History history() {
    return history;
  }

  /** The conversations of users, newest first. */
  public ConversationList list() {
    return list;
  }

  /** Up to where members have read. */
  public Receipts receipts() {
    return receipts;
  }

  /** What becomes of messages after they were sent. */
  public MessageChanges messages() {
    return messages;
  }

  /** What members answer to messages with a sign. */
  public Reactions reactions() {
    return reactions;
  }

  /** The messages that mention a user. */
  public Mentions mentions() {
    return mentions;
  }

  /** Indexes of the service's own. */
  public Indexes indexes() {
    return indexes;
  }

  /** The engine beneath, for who watches it. */
  public Db db() {
    return db;
  }

  /** Writes what waits for the end of its window: read positions, notices of edits, reactions. */
  public void writeWindow() throws IOException {
    writeWindow(0, 1);
  }

  /** Writes what of this waits in one of so many shares of the conversations. */
  void writeWindow(int share, int shares) throws IOException {
    Predicate<ConversationId> chosen = id -> Math.floorMod(id.hashCode(), shares) == share;
    try (Closeable others = () -> notices.write(chosen)) {
      assert others != null;
      receipts.write(chosen);
    }
  }

  /**
   * Writes what waits, and closes the engine if this opened it. Who waits for events is woken;
   * calls that are under way come to their end before it returns, or fail and have written nothing,
   * where the engine is the caller's.
   *
   * @throws IOException when not all that was acknowledged is durable; everything is closed all the
   *     same
   */
  @Override
  public void close() throws IOException {
    if (closed.getAndSet(true)) {
      return;
    }
    Closeable beneath = ownsDb ? db::close : () -> {};
    Closeable window =
        () -> {
          if (db.failure().isEmpty()) {
            writeWindow();
          }
        };
    Closeable end =
        () -> {
          context.close();
          if (!ownsDb) { // where the engine goes on, what is under way must not outlive the locks
            context.awaitChanges();
          }
          OPEN.remove(db);
        };
    try (beneath;
        end;
        window;
        Closeable own = housekeeping::close) {
      assert own != null;
      deferred.close();
      indexes.close();
    }
  }

  /** See {@link Context#sealHeads}; done by the housekeeping as well. */
  void sealHeads() throws IOException {
    context.sealHeads(closed::get);
  }

  /** See {@link StaleEntries#remove}; done by the housekeeping as well. */
  void removeStaleEntries() throws IOException {
    staleEntries.remove();
  }

  /** The failure that made the store read-only; empty while it takes writes. */
  public Optional<Throwable> failure() {
    return db.failure();
  }
}
