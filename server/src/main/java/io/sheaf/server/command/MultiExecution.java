package io.sheaf.server.command;

import io.sheaf.server.client.Client;
import io.sheaf.server.client.MultiState;
import io.sheaf.server.client.Watch;
import io.sheaf.server.keyspace.KeyLocks;
import io.sheaf.server.keyspace.KeyPlace;
import io.sheaf.server.keyspace.Keyspace;
import io.sheaf.server.keyspace.Transaction;
import io.sheaf.server.wire.ReplyWriter;
import io.sheaf.server.wire.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs what was kept between MULTI and EXEC as one transaction, unless a key that is watched has
 * changed.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads, each with clients of its own.
 */
final class MultiExecution {
  private final CommandTable table;
  private final Permissions permissions;
  private final Keyspace keyspace;
  private final CommandRunner runner;
  private final CommandCounters counters;

  /**
   * Runs commands of {@code table}.
   *
   * @param counters of EXEC
   */
  MultiExecution(
      CommandTable table,
      Permissions permissions,
      Keyspace keyspace,
      CommandRunner runner,
      CommandCounters counters) {
    this.table = table;
    this.permissions = permissions;
    this.keyspace = keyspace;
    this.runner = runner;
    this.counters = counters;
  }

  /** Runs all that {@code multi} holds, and writes one reply. */
  void execute(Client client, MultiState multi, ReplyWriter reply)
      throws CommandException, IOException {
    counters.ran(0); // what it executes is counted for itself
    client.multi(null);
    if (multi.isRefused()) {
      client.unwatch();
      counters.failed();
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
    runner.removeExpired(expired);
  }

  private void executeOne(
      Client client, Command command, Request request, Transaction rows, ReplyWriter reply)
      throws IOException {
    int mark = reply.mark();
    try {
      permissions.check(client, command, request, true);
    } catch (CommandException e) {
      command.counters().rejected();
      runner.fail(
          reply,
          mark,
          "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC"
              + " call. This command is no longer allowed for the following reason: "
              + CommandRunner.message(e));
      return;
    }
    try {
      runner.handle(new Call(command, request, client, rows, reply, false));
    } catch (CommandException e) {
      runner.fail(reply, mark, CommandRunner.message(e));
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
}
