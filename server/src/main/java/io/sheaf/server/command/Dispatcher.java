package io.sheaf.server.command;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.server.client.Client;
import io.sheaf.server.client.ClientPause;
import io.sheaf.server.client.MultiState;
import io.sheaf.server.client.Watch;
import io.sheaf.server.keyspace.KeyLocks;
import io.sheaf.server.keyspace.KeyPlace;
import io.sheaf.server.keyspace.Keyspace;
import io.sheaf.server.keyspace.Transaction;
import io.sheaf.server.settings.LiveOptions;
import io.sheaf.server.wire.ReplyTooLongException;
import io.sheaf.server.wire.ReplyWriter;
import io.sheaf.server.wire.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs requests: finds the command, locks its keys, lets it read and change, writes what it
 * changed, and only then lets its reply stand. Between MULTI and EXEC it keeps them, and EXEC runs
 * all as one transaction.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads, each with clients of its own.
 */
public final class Dispatcher {
  private static final Logger LOGGER = LoggerFactory.getLogger(Dispatcher.class);

  private static final int LONGEST_ERROR = 4 << 10;

  private final CommandTable table;
  private final Command exec;
  private final Permissions permissions;
  private final ClientPause pause;
  private final Keyspace keyspace;
  private final SlowLog slowLog;
  private final LatencyEvents latency;
  private final ErrorCounters errors = new ErrorCounters();
  private final CommandFailures failures;
  private final LongAdder executed = new LongAdder();

  /** Runs the commands of {@code table} on {@code keyspace}. */
  public Dispatcher(
      CommandTable table,
      Keyspace keyspace,
      LiveOptions options,
      Permissions permissions,
      ClientPause pause) {
    this.table = table;
    this.pause = pause;
    this.permissions = permissions;
    this.keyspace = keyspace;
    this.slowLog = new SlowLog(options);
    this.latency = new LatencyEvents(options);
    this.failures = new CommandFailures(keyspace.db(), System::nanoTime);
    exec =
        new Command(
                "exec",
                1,
                call -> {
                  throw new CommandException("ERR EXEC without MULTI");
                })
            .docs("transactions", "1.2.0", "Executes all commands in a transaction.");
    table.add(exec);
  }

  /** How many requests were executed. */
  public long executed() {
    return executed.sum();
  }

  /** The commands that took long. */
  public SlowLog slowLog() {
    return slowLog;
  }

  /** What took long, by kind. */
  public LatencyEvents latency() {
    return latency;
  }

  /** The errors that were answered. */
  public ErrorCounters errors() {
    return errors;
  }

  /** Sets all counters to zero. */
  public void resetCounters() {
    executed.reset();
    keyspace.resetCounters();
    errors.reset();
    for (Command command : table.all()) {
      command.counters().reset();
      command.subcommands().forEach(sub -> sub.counters().reset());
    }
  }

  /** The commands. */
  public CommandTable table() {
    return table;
  }

  /** The keys. */
  public Keyspace keyspace() {
    return keyspace;
  }

  /** A burst of writes for one worker. */
  public WriteBurst newBurst() {
    return new WriteBurst(keyspace);
  }

  /** Writes what {@code burst} holds, so that its replies may be sent. */
  public void finish(WriteBurst burst) {
    if (!burst.isOpen()) {
      return;
    }
    long began = System.nanoTime();
    try {
      burst.commit();
    } catch (IOException | RuntimeException e) {
      abort(burst, failure(e));
    } catch (Error e) {
      abort(burst, CommandFailures.internal(e));
      throw e;
    }
    latency.note("commit", System.nanoTime() - began, keyspace.nowMillis());
  }

  /**
   * Runs a request; writes its reply, unless it waits. What it changed may stay in {@code burst}
   * until that is finished, and {@code replies} wait then.
   *
   * @return false when another has the locks that it needs: {@code replies} is told when it may be
   *     run again, and nothing has been done
   */
  public boolean run(Client client, Request request, PendingReplies replies, WriteBurst burst) {
    ReplyWriter reply = replies.reply();
    Command command = null;
    try {
      command = table.find(request);
      CommandTable.checkArity(command, request);
      permissions.check(client, command, request, client.multi() != null);
    } catch (CommandException e) {
      finish(burst);
      executed.increment();
      reject(client, command, reply, message(e));
      return true;
    }
    if (pauses(client, command)) {
      finish(burst);
      if (pause.await(client, isWrite(client, command), replies.resume())) {
        return false;
      }
    }
    if (joins(client, command)) {
      if (command.is(CommandFlag.WRITE)) {
        return writeInBurst(client, command, request, replies, burst);
      }
      readBeside(client, command, request, replies, burst);
      return true;
    }
    finish(burst);
    begin(client, command);
    int mark = reply.mark();
    MultiState multi = client.multi();
    try {
      if (multi == null || command.is(CommandFlag.IN_MULTI_AT_ONCE)) {
        runAlone(client, command, request, reply);
      } else if (command == exec) {
        execute(client, multi, reply);
      } else if (command.is(CommandFlag.NO_MULTI)) {
        throw new CommandException("ERR Command not allowed inside a transaction");
      } else {
        multi.add(request, command.is(CommandFlag.WRITE));
        reply.simple("QUEUED");
      }
    } catch (CommandException e) {
      fail(reply, mark, message(e));
      if (multi != null && command != exec) {
        command.counters().rejected();
        refuseMulti(client);
      }
    } catch (ReplyTooLongException e) {
      throw e; // the connection is closed
    } catch (IOException | RuntimeException e) {
      fail(reply, mark, failure(e));
    }
    return true;
  }

  /** Answers a request that is not run, and cannot be part of what EXEC runs. */
  private void reject(Client client, @Nullable Command command, ReplyWriter reply, String error) {
    if (command != null) {
      command.counters().rejected();
    }
    if (command == exec) {
      client.multi(null);
      client.unwatch();
      fail(
          reply,
          reply.mark(),
          "EXECABORT Transaction discarded because of: "
              + (error.startsWith("ERR ") ? error.substring(4) : error));
    } else {
      fail(reply, reply.mark(), error);
      refuseMulti(client);
    }
  }

  /** Whether a request waits for the end of a pause; what has waited for a key does not. */
  private boolean pauses(Client client, Command command) {
    return pause.holds(isWrite(client, command))
        && !command.is(CommandFlag.DURING_PAUSE)
        && !command.is(CommandFlag.NO_AUTH) // there is a deadline for it
        && !client.isResuming();
  }

  private boolean isWrite(Client client, Command command) {
    MultiState multi = client.multi();
    return command.is(CommandFlag.WRITE) || (command == exec && multi != null && multi.writes());
  }

  /** The pause of clients. */
  public ClientPause pause() {
    return pause;
  }

  /** A client is gone: what it waited for is forgotten. */
  public void leave(PendingReplies replies) {
    pause.forget(replies.resume());
  }

  /** Answers an error outside of a command. */
  public void refuse(ReplyWriter reply, String error) {
    fail(reply, reply.mark(), error);
  }

  private void begin(Client client, Command command) {
    boolean isFirst = !client.isResuming();
    if (isFirst) {
      executed.increment();
    }
    client.begins(command.name(), keyspace.nowMillis(), isFirst);
  }

  /** Counts a call that has waited in vain. */
  public void waitedInVain(Request request) {
    try {
      table.find(request).counters().ran(0);
    } catch (CommandException e) {
      throw new IllegalStateException("a call that waited is no command", e);
    }
  }

  private static void refuseMulti(Client client) {
    MultiState multi = client.multi();
    if (multi != null) {
      multi.refuse();
    }
  }

  /** Whether a command is executed and written together with those beside it. */
  private static boolean joins(Client client, Command command) {
    return (command.is(CommandFlag.WRITE) || command.is(CommandFlag.READONLY))
        && command.firstKey() > 0
        && !command.is(CommandFlag.BLOCKING)
        && !command.is(CommandFlag.ALONE)
        && !command.is(CommandFlag.AS_ONE)
        && !command.is(CommandFlag.OWN_WRITES)
        && client.multi() == null
        && client.isAuthenticated();
  }

  private boolean writeInBurst(
      Client client, Command command, Request request, PendingReplies replies, WriteBurst burst) {
    long[] places = places(command, request);
    if (burst.isFull()) {
      finish(burst);
    }
    if (!burst.tryLock(places)) {
      finish(burst);
      if (!burst.tryLock(places)) {
        if (keyspace.locks().await(places, replies.resume())) {
          return false;
        }
        burst.lock(places); // it has just become free
      }
    }
    begin(client, command);
    Transaction rows = burst.join(replies);
    ReplyWriter reply = replies.reply();
    int mark = reply.mark();
    try {
      handle(new Call(command, request, client, rows, reply, true));
      replies.answered();
    } catch (CommandException e) {
      fail(reply, mark, message(e));
      replies.answered();
    } catch (ReplyTooLongException e) {
      abort(burst, message(e));
      throw e;
    } catch (IOException | RuntimeException e) {
      replies.answered();
      abort(burst, failure(e)); // what it has changed so far must not be written
    } catch (Error e) { // as of a heap that is full: the same
      replies.answered();
      abort(burst, CommandFailures.internal(e));
      throw e; // the connection is closed
    }
    burst.executed(request.argumentBytes());
    return true;
  }

  /**
   * Runs a command that reads. It sees what the burst has changed if its client has a part in that;
   * others do not wait for it.
   */
  private void readBeside(
      Client client, Command command, Request request, PendingReplies replies, WriteBurst burst) {
    if (burst.concernsOthersThan(replies)
        || !command.is(CommandFlag.FAST)
        || isOfOneMoment(command, request)) {
      finish(burst);
    }
    begin(client, command);
    Transaction rows = burst.rows();
    ReplyWriter reply = replies.reply();
    int mark = reply.mark();
    try {
      if (rows == null) {
        handleAlone(command, request, client, reply);
      } else {
        handle(new Call(command, request, client, rows, reply, true));
      }
    } catch (CommandException e) {
      fail(reply, mark, message(e));
    } catch (ReplyTooLongException e) {
      throw e; // the connection is closed
    } catch (IOException | RuntimeException e) {
      fail(reply, mark, failure(e));
    }
    replies.answered();
  }

  /** Has a command do what it does, which writes nothing by its transaction. */
  private void handleAlone(Command command, Request request, Client client, ReplyWriter reply)
      throws CommandException, IOException {
    try (Transaction rows = keyspace.begin()) {
      if (isOfOneMoment(command, request)) {
        rows.readAsOfNow();
      }
      handle(new Call(command, request, client, rows, reply, true));
      if (command.is(CommandFlag.READONLY)) {
        removeExpired(rows.expiredSeen());
      }
    }
  }

  /** Whether what a command reads has to be of one moment; a single key always is. */
  private static boolean isOfOneMoment(Command command, Request request) {
    return command.is(CommandFlag.OF_ONE_MOMENT) && request.count() > 2;
  }

  /** Has a command do what it does, and notes how long it took. */
  private void handle(Call call) throws CommandException, IOException {
    Command command = call.command();
    if (call.request().isLarge()) {
      call.rows().beginLarge();
    }
    long began = System.nanoTime();
    boolean done = false;
    try {
      command.handler().run(call);
      done = true;
    } finally {
      long took = System.nanoTime() - began;
      if (!done) {
        command.counters().failed();
      }
      if (call.client().blocked() == null || !done) { // else it has not ended yet
        command.counters().ran(took);
        if (!command.is(CommandFlag.NO_AUTH)) {
          slowLog.note(
              call.client(),
              call.request(),
              command.is(CommandFlag.SECRET),
              took / 1_000,
              keyspace.nowMillis());
        }
        latency.note(
            command.is(CommandFlag.FAST) ? "fast-command" : "command", took, keyspace.nowMillis());
      }
    }
  }

  /**
   * Removes keys that were found to have expired; the sweep would do it later. Not while locks are
   * held, nor before a transaction which has read those keys is written.
   */
  private void removeExpired(List<byte[]> keys) {
    if (keys.isEmpty() || pause.what() != ClientPause.What.NOTHING) {
      return;
    }
    try {
      for (byte[] key : keys) {
        keyspace.removeExpired(key);
      }
    } catch (IOException e) { // what was read is right all the same
      LOGGER.debug("Keys that have expired were not removed; the sweep tries it again", e);
    }
  }

  private void runAlone(Client client, Command command, Request request, ReplyWriter reply)
      throws CommandException, IOException {
    boolean locks = command.is(CommandFlag.WRITE) || command.is(CommandFlag.AS_ONE);
    if (!locks || command.is(CommandFlag.OWN_WRITES)) {
      handleAlone(command, request, client, reply);
      return;
    }
    List<byte[]> expired;
    try (KeyLocks.Held _ = lock(command, request);
        Transaction rows = keyspace.begin()) {
      handle(new Call(command, request, client, rows, reply, true));
      expired = rows.expiredSeen();
      rows.commit();
    }
    if (command.is(CommandFlag.READONLY)) {
      removeExpired(expired);
    }
  }

  private KeyLocks.Held lock(Command command, Request request) {
    if (command.is(CommandFlag.ALL_KEYS)) {
      return keyspace.locks().lockAll();
    }
    return keyspace.locks().lock(places(command, request));
  }

  private static long[] places(Command command, Request request) {
    List<Integer> keys = command.keys().of(request);
    long[] places = new long[keys.size()];
    Slice key = new Slice();
    for (int i = 0; i < places.length; i++) {
      places[i] = KeyPlace.of(request.slice(keys.get(i), key));
    }
    return places;
  }

  private void execute(Client client, MultiState multi, ReplyWriter reply)
      throws CommandException, IOException {
    exec.counters().ran(0); // what it executes is counted for itself
    client.multi(null);
    if (multi.isRefused()) {
      client.unwatch();
      exec.counters().failed();
      throw new CommandException("EXECABORT Transaction discarded because of previous errors.");
    }
    List<Command> commands = new ArrayList<>();
    for (Request request : multi.queued()) {
      commands.add(table.find(request));
    }
    List<byte[]> expired;
    try (KeyLocks.Held _ = lockAll(client, multi.queued(), commands);
        Transaction rows = keyspace.begin()) {
      if (hasWatchedKeyChanged(client, rows)) {
        reply.noArray();
        return;
      }
      reply.array(commands.size());
      for (int i = 0; i < commands.size(); i++) {
        executeOne(client, commands.get(i), multi.queued().get(i), rows, reply);
      }
      expired = rows.expiredSeen();
      rows.commit();
    } finally {
      client.unwatch();
    }
    removeExpired(expired);
  }

  private void executeOne(
      Client client, Command command, Request request, Transaction rows, ReplyWriter reply)
      throws IOException {
    int mark = reply.mark();
    try {
      permissions.check(client, command, request, true);
    } catch (CommandException e) {
      command.counters().rejected();
      fail(
          reply,
          mark,
          "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC"
              + " call. This command is no longer allowed for the following reason: "
              + message(e));
      return;
    }
    try {
      handle(new Call(command, request, client, rows, reply, false));
    } catch (CommandException e) {
      fail(reply, mark, message(e));
    }
  }

  private KeyLocks.Held lockAll(Client client, List<Request> requests, List<Command> commands) {
    List<Long> places = new ArrayList<>();
    for (int i = 0; i < commands.size(); i++) {
      if (commands.get(i).is(CommandFlag.ALL_KEYS)) {
        return keyspace.locks().lockAll();
      }
      Request request = requests.get(i);
      for (int position : commands.get(i).keys().of(request)) {
        places.add(KeyPlace.of(request.bytes(position)));
      }
    }
    client.watches().forEach(watch -> places.add(KeyPlace.of(watch.key().bytes())));
    return keyspace.locks().lock(places.stream().mapToLong(Long::longValue).toArray());
  }

  private static boolean hasWatchedKeyChanged(Client client, Transaction rows) throws IOException {
    if (client.hasKeyChanged()) {
      return true;
    }
    for (Watch watch : client.watches()) {
      if (watch.wasThere() && rows.head(watch.key().bytes()) == null) {
        return true; // expired
      }
    }
    return false;
  }

  private void fail(ReplyWriter reply, int mark, String error) {
    errors.count(error);
    reply.buffer().writerIndex(mark);
    reply.error( // which may have an argument in it
        error.length() > LONGEST_ERROR ? error.substring(0, LONGEST_ERROR) + "…" : error);
  }

  private void abort(WriteBurst burst, String error) {
    errors.count(error);
    burst.abort(error);
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }

  /** What a client is told of a failure of the store, or of a fault of ours; it is logged. */
  public String failure(Exception e) {
    return failures.told(e);
  }

  /** The failures of the store, and faults of ours. */
  public CommandFailures failures() {
    return failures;
  }
}
