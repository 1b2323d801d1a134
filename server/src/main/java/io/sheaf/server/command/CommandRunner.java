package io.sheaf.server.command;

import io.sheaf.server.client.Client;
import io.sheaf.server.client.ClientPause;
import io.sheaf.server.keyspace.Keyspace;
import io.sheaf.server.keyspace.Transaction;
import io.sheaf.server.settings.LiveOptions;
import io.sheaf.server.wire.ReplyWriter;
import io.sheaf.server.wire.Request;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has commands do what they do, once it is settled that they may; notes how long they took and how
 * they failed.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class CommandRunner {
  private static final Logger LOGGER = LoggerFactory.getLogger(CommandRunner.class);

  private static final int LONGEST_ERROR = 4 << 10;

  private final Keyspace keyspace;
  private final ClientPause pause;
  private final SlowLog slowLog;
  private final LatencyEvents latency;
  private final ErrorCounters errors = new ErrorCounters();
  private final CommandFailures failures;

  /** Runs commands on {@code keyspace}. */
  CommandRunner(Keyspace keyspace, LiveOptions options, ClientPause pause) {
    this.keyspace = keyspace;
    this.pause = pause;
    this.slowLog = new SlowLog(options);
    this.latency = new LatencyEvents(options);
    this.failures = new CommandFailures(keyspace.db(), System::nanoTime);
  }

  /** The commands that took long. */
  SlowLog slowLog() {
    return slowLog;
  }

  /** What took long, by kind. */
  LatencyEvents latency() {
    return latency;
  }

  /** The errors that were answered. */
  ErrorCounters errors() {
    return errors;
  }

  /** The failures of the store, and faults of ours. */
  CommandFailures failures() {
    return failures;
  }

  /** Has a command do what it does, which writes nothing by its transaction. */
  void handleAlone(Command command, Request request, Client client, ReplyWriter reply)
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
  static boolean isOfOneMoment(Command command, Request request) {
    return command.is(CommandFlag.OF_ONE_MOMENT) && request.count() > 2;
  }

  /** Has a command do what it does, and notes how long it took. */
  void handle(Call call) throws CommandException, IOException {
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
  void removeExpired(List<byte[]> keys) {
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

  /** Answers an error in place of what was written since {@code mark}. */
  void fail(ReplyWriter reply, int mark, String error) {
    errors.count(error);
    reply.buffer().writerIndex(mark);
    reply.error( // which may have an argument in it
        error.length() > LONGEST_ERROR ? error.substring(0, LONGEST_ERROR) + "…" : error);
  }

  /** Gives up what a burst would have written, and answers an error to each in it. */
  void abort(WriteBurst burst, String error) {
    errors.count(error);
    burst.abort(error);
  }

  /** What a client is told of an exception that is meant for it. */
  static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }
}
