package io.sheaf.server;

import io.sheaf.im.ImOptions;
import io.sheaf.server.tls.TlsOptions;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Options of a server.
 *
 * @param host address that it listens on
 * @param port that it listens on; 0: one that is free
 * @param workers threads that run commands
 * @param maxClients connections at most
 * @param password that clients must know; null: none is needed, and only this machine may connect
 * @param clientLimits what clients may take, and one of them
 * @param allowsFlush whether FLUSHALL and FLUSHDB are allowed
 * @param allowsDebug whether DEBUG is allowed
 * @param aclFile with users; null: there is only the default user, and others that are made
 * @param tls certificates; null: connections are not encrypted
 * @param metricsHost address that metrics and health are told on
 * @param metricsPort port for them; 0: one that is free; empty: they are not told
 * @param im options of the IM layer; those of the engine in it are not used
 */
public record ServerOptions(
    String host,
    int port,
    int workers,
    int maxClients,
    ClientLimits clientLimits,
    @Nullable String password,
    boolean allowsFlush,
    boolean allowsDebug,
    @Nullable Path aclFile,
    @Nullable TlsOptions tls,
    String metricsHost,
    OptionalInt metricsPort,
    ImOptions im) {
  /** The port where none is given. */
  public static final int DEFAULT_PORT = 7379;

  private static final int WORKERS_A_PROCESSOR = 4;

  /** The defaults: this machine only, port 7379, no password. */
  public static final ServerOptions DEFAULT =
      new ServerOptions(
          "127.0.0.1",
          DEFAULT_PORT,
          WORKERS_A_PROCESSOR * Runtime.getRuntime().availableProcessors(),
          10_000,
          ClientLimits.DEFAULT,
          null,
          false,
          false,
          null,
          null,
          "127.0.0.1",
          OptionalInt.empty(),
          ImOptions.DEFAULT);

  /** Checks each option. */
  public ServerOptions {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535, not " + port);
    }
    if (workers < 1) {
      throw new IllegalArgumentException("workers must be at least 1, not " + workers);
    }
    if (maxClients < 1) {
      throw new IllegalArgumentException("max-clients must be at least 1, not " + maxClients);
    }
    if (password != null && password.isEmpty()) {
      throw new IllegalArgumentException("the password is empty; leave it out to need none");
    }
  }

  /** The same on another port; 0: one that is free. */
  public ServerOptions withPort(int port) {
    return new ServerOptions(
        host,
        port,
        workers,
        maxClients,
        clientLimits,
        password,
        allowsFlush,
        allowsDebug,
        aclFile,
        tls,
        metricsHost,
        metricsPort,
        im);
  }

  /** The same on another address. */
  public ServerOptions withHost(String host) {
    return new ServerOptions(
        host,
        port,
        workers,
        maxClients,
        clientLimits,
        password,
        allowsFlush,
        allowsDebug,
        aclFile,
        tls,
        metricsHost,
        metricsPort,
        im);
  }

  /** The same with another password. */
  public ServerOptions withPassword(@Nullable String password) {
    return new ServerOptions(
        host,
        port,
        workers,
        maxClients,
        clientLimits,
        password,
        allowsFlush,
        allowsDebug,
        aclFile,
        tls,
        metricsHost,
        metricsPort,
        im);
  }

  /** The same with other limits for clients. */
  public ServerOptions withClientLimits(ClientLimits clientLimits) {
    return new ServerOptions(
        host,
        port,
        workers,
        maxClients,
        clientLimits,
        password,
        allowsFlush,
        allowsDebug,
        aclFile,
        tls,
        metricsHost,
        metricsPort,
        im);
  }

  /** The same, allowing FLUSHALL or not. */
  public ServerOptions withAllowsFlush(boolean allowsFlush) {
    return new ServerOptions(
        host,
        port,
        workers,
        maxClients,
        clientLimits,
        password,
        allowsFlush,
        allowsDebug,
        aclFile,
        tls,
        metricsHost,
        metricsPort,
        im);
  }

  /** The same, allowing DEBUG or not. */
  public ServerOptions withAllowsDebug(boolean allowsDebug) {
    return new ServerOptions(
        host,
        port,
        workers,
        maxClients,
        clientLimits,
        password,
        allowsFlush,
        allowsDebug,
        aclFile,
        tls,
        metricsHost,
        metricsPort,
        im);
  }

  /** The same with users from a file. */
  public ServerOptions withAclFile(@Nullable Path aclFile) {
    return new ServerOptions(
        host,
        port,
        workers,
        maxClients,
        clientLimits,
        password,
        allowsFlush,
        allowsDebug,
        aclFile,
        tls,
        metricsHost,
        metricsPort,
        im);
  }

  /** The same with TLS. */
  public ServerOptions withTls(@Nullable TlsOptions tls) {
    return new ServerOptions(
        host,
        port,
        workers,
        maxClients,
        clientLimits,
        password,
        allowsFlush,
        allowsDebug,
        aclFile,
        tls,
        metricsHost,
        metricsPort,
        im);
  }

  /** The same, telling metrics and health on this port. */
  public ServerOptions withMetricsPort(OptionalInt metricsPort) {
    return new ServerOptions(
        host,
        port,
        workers,
        maxClients,
        clientLimits,
        password,
        allowsFlush,
        allowsDebug,
        aclFile,
        tls,
        metricsHost,
        metricsPort,
        im);
  }

  /** The same with another IM layer. */
  public ServerOptions withIm(ImOptions im) {
    return new ServerOptions(
        host,
        port,
        workers,
        maxClients,
        clientLimits,
        password,
        allowsFlush,
        allowsDebug,
        aclFile,
        tls,
        metricsHost,
        metricsPort,
        im);
  }
}
