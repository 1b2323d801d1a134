package io.sheaf.server.command;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.server.client.Client;
import io.sheaf.server.client.ClientPause;
import io.sheaf.server.client.MultiState;
import io.sheaf.server.keyspace.KeyLocks;
import io.sheaf.server.keyspace.KeyPlace;
import io.sheaf.server.keyspace.Keyspace;
import io.sheaf.server.keyspace.Transaction;
import io.sheaf.server.settings.LiveOptions;
import io.sheaf.server.wire.ReplyTooLongException;
import io.sheaf.server.wire.ReplyWriter;
import io.sheaf.server.wire.Request;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Runs requests: finds the command, locks its keys, lets it read and change, writes what it
 * changed, and only then lets its reply stand. Between MULTI and EXEC it keeps them.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads, each with clients of its own.
 */
public final class Dispatcher {
  private final CommandTable table;
  private final Command exec;
  private final Permissions permissions;
  private final ClientPause pause;
  private final Keyspace keyspace;
  private final CommandRunner runner;
  private final MultiExecution multiExecution;
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
    this.runner = new CommandRunner(keyspace, options, pause);
    exec =
        new Command(
                "exec",
                1,
                call -> {
                  throw new CommandException("ERR EXEC without MULTI");
                })
            .docs("transactions", "1.2.0", "Executes all commands in a transaction.");
    table.add(exec);
    multiExecution = new MultiExecution(table, permissions, keyspace, runner, exec.counters());
  }

  /** How many requests were executed. */
  public long executed() {
    return executed.sum();
  }

  /** The commands that took long. */
  public SlowLog slowLog() {
    return runner.slowLog();
  }

  /** What took long, by kind. */
  public LatencyEvents latency() {
    return runner.latency();
  }

  /** The errors that were answered. */
  public ErrorCounters errors() {
    return runner.errors();
  }

  /** Sets all counters to zero. */
  public void resetCounters() {
    executed.reset();
    keyspace.resetCounters();
    runner.errors().reset();
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
      runner.abort(burst, failure(e));
    } catch (Error e) {
      runner.abort(burst, CommandFailures.internal(e));
      throw e;
    }
    runner.latency().note("commit", System.nanoTime() - began, keyspace.nowMillis());
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
      reject(client, command, reply, CommandRunner.message(e));
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
        multiExecution.execute(client, multi, reply);
      } else if (command.is(CommandFlag.NO_MULTI)) {
        throw new CommandException("ERR Command not allowed inside a transaction");
      } else {
        multi.add(request, command.is(CommandFlag.WRITE));
        reply.simple("QUEUED");
      }
    } catch (CommandException e) {
      runner.fail(reply, mark, CommandRunner.message(e));
      if (multi != null && command != exec) {
        command.counters().rejected();
        refuseMulti(client);
      }
    } catch (ReplyTooLongException e) {
      throw e; // the connection is closed
    } catch (IOException | RuntimeException e) {
      runner.fail(reply, mark, failure(e));
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
      runner.fail(
          reply,
          reply.mark(),
          "EXECABORT Transaction discarded because of: "
              + (error.startsWith("ERR ") ? error.substring(4) : error));
    } else {
      runner.fail(reply, reply.mark(), error);
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
    runner.fail(reply, reply.mark(), error);
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
      runner.handle(new Call(command, request, client, rows, reply, true));
      replies.answered();
    } catch (CommandException e) {
      runner.fail(reply, mark, CommandRunner.message(e));
      replies.answered();
    } catch (ReplyTooLongException e) {
      runner.abort(burst, CommandRunner.message(e));
      throw e;
    } catch (IOException | RuntimeException e) {
      replies.answered();
      runner.abort(burst, failure(e)); // what it has changed so far must not be written
    } catch (Error e) { // as of a heap that is full: the same
      replies.answered();
      runner.abort(burst, CommandFailures.internal(e));
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
        || CommandRunner.isOfOneMoment(command, request)) {
      finish(burst);
    }
    begin(client, command);
    Transaction rows = burst.rows();
    ReplyWriter reply = replies.reply();
    int mark = reply.mark();
    try {
      if (rows == null) {
        runner.handleAlone(command, request, client, reply);
      } else {
        runner.handle(new Call(command, request, client, rows, reply, true));
      }
    } catch (CommandException e) {
      runner.fail(reply, mark, CommandRunner.message(e));
    } catch (ReplyTooLongException e) {
      throw e; // the connection is closed
    } catch (IOException | RuntimeException e) {
      runner.fail(reply, mark, failure(e));
    }
    replies.answered();
  }

  private void runAlone(Client client, Command command, Request request, ReplyWriter reply)
      throws CommandException, IOException {
    boolean locks = command.is(CommandFlag.WRITE) || command.is(CommandFlag.AS_ONE);
    if (!locks || command.is(CommandFlag.OWN_WRITES)) {
      runner.handleAlone(command, request, client, reply);
      return;
    }
    List<byte[]> expired;
    try (KeyLocks.Held _ = lock(command, request);
        Transaction rows = keyspace.begin()) {
      runner.handle(new Call(command, request, client, rows, reply, true));
      expired = rows.expiredSeen();
      rows.commit();
    }
    if (command.is(CommandFlag.READONLY)) {
      runner.removeExpired(expired);
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

  /** What a client is told of a failure of the store, or of a fault of ours; it is logged. */
  public String failure(Exception e) {
    return runner.failures().told(e);
  }

  /** The failures of the store, and faults of ours. */
  public CommandFailures failures() {
    return runner.failures();
  }
}
