package io.sheaf.server.watch;

import io.sheaf.im.ImStore;
import io.sheaf.server.client.ClientMemory;
import io.sheaf.server.client.Clients;
import io.sheaf.server.command.Dispatcher;
import io.sheaf.server.keyspace.Keyspace;
import java.util.function.BooleanSupplier;

/**
 * The parts of a server that are watched.
 *
 * @param clientMemory what is held for the clients
 * @param isAlive whether requests are still taken in; may wait some seconds
 * @param isStopping whether it is about to stop
 */
public record Watched(
    Clients clients,
    ClientMemory clientMemory,
    Dispatcher dispatcher,
    Keyspace keyspace,
    ImStore im,
    BooleanSupplier isAlive,
    BooleanSupplier isStopping) {}
