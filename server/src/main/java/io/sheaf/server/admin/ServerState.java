package io.sheaf.server.admin;

import io.sheaf.server.acl.Users;
import io.sheaf.server.client.ClientMemory;
import io.sheaf.server.client.Clients;
import io.sheaf.server.command.Dispatcher;
import io.sheaf.server.keyspace.Keyspace;

/**
 * The parts of a server that its commands tell of.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 *
 * @param clients who is connected
 * @param clientMemory what is held for them
 * @param users who may do what
 * @param keyspace the keys
 * @param settings the options
 * @param dispatcher runs the commands, and counts them
 * @param allowsFlush whether FLUSHALL is allowed
 * @param version of the server
 * @param startedMillis when it was started, in milliseconds since 1970
 * @param runId 40 hexadecimal digits, others after each start
 * @param stopper stops the server; returns at once
 */
public record ServerState(
    Clients clients,
    ClientMemory clientMemory,
    Users users,
    Keyspace keyspace,
    Settings settings,
    Dispatcher dispatcher,
    boolean allowsFlush,
    String version,
    long startedMillis,
    String runId,
    Runnable stopper) {

  /** Begins to stop the server. */
  void stop() {
    stopper.run();
  }
}
