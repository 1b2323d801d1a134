package io.sheaf.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ScheduledFuture;
import io.sheaf.im.ImStore;
import io.sheaf.lsm.db.Db;
import io.sheaf.server.acl.AclCommands;
import io.sheaf.server.acl.Users;
import io.sheaf.server.admin.CheckpointCommands;
import io.sheaf.server.admin.ClientCommands;
import io.sheaf.server.admin.CommandCommands;
import io.sheaf.server.admin.ConfigCommands;
import io.sheaf.server.admin.ConnectionCommands;
import io.sheaf.server.admin.DebugCommands;
import io.sheaf.server.admin.EngineCommands;
import io.sheaf.server.admin.FunctionCommands;
import io.sheaf.server.admin.ObjectCommands;
import io.sheaf.server.admin.SaveCommands;
import io.sheaf.server.admin.ServerCommands;
import io.sheaf.server.admin.ServerState;
import io.sheaf.server.admin.Settings;
import io.sheaf.server.admin.SlowCommands;
import io.sheaf.server.admin.TransactionCommands;
import io.sheaf.server.client.Client;
import io.sheaf.server.client.ClientMemory;
import io.sheaf.server.client.ClientPause;
import io.sheaf.server.client.Clients;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.Dispatcher;
import io.sheaf.server.connection.Connection;
import io.sheaf.server.connection.ConnectionLimits;
import io.sheaf.server.connection.PushHandler;
import io.sheaf.server.connection.ReplyPieces;
import io.sheaf.server.connection.ServerTls;
import io.sheaf.server.connection.TlsFailures;
import io.sheaf.server.connection.Workers;
import io.sheaf.server.im.ImCommands;
import io.sheaf.server.keyspace.ExpirySweep;
import io.sheaf.server.keyspace.Keyspace;
import io.sheaf.server.settings.LiveOption;
import io.sheaf.server.settings.LiveOptions;
import io.sheaf.server.streams.StreamCommands;
import io.sheaf.server.strings.KeyCommands;
import io.sheaf.server.strings.StringCommands;
import io.sheaf.server.watch.Unbound;
import io.sheaf.server.watch.WatchServer;
import io.sheaf.server.watch.Watched;
import io.sheaf.server.wire.WireLimits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store over TCP, in the protocol of Redis.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 *
 * <p><b>Ownership.</b> Who started it closes it, and then the store, which is the caller's.
 */
public final class SheafServer implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(SheafServer.class);

  /** The release of Redis whose commands are meant. */
  static final String VERSION = "7.4.0";

  private static final int LOW_WATER_BYTES = 64 << 10;
  private static final int HIGH_WATER_BYTES = 256 << 10;
  private static final int BACKLOG = 511;
  private static final int RUN_ID_BYTES = 20;
  private static final long ALIVE_MILLIS = 5_000;
  private static final long DRAIN_MILLIS = 5_000;
  private static final long CHECK_MILLIS = 250;
  private static final ReplyPieces PIECES = new ReplyPieces();

  private final ServerOptions options;
  private final ConnectionLimits limits;
  private final LiveOptions live = new LiveOptions();
  private final ClientMemory memory;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private volatile WireLimits wireLimits = WireLimits.DEFAULT;
  private final Clients clients = new Clients();
  private final CountDownLatch stopAsked = new CountDownLatch(1);
  private final Users users;
  private final @Nullable ServerTls tls;
  private final ImStore im;
  private final ClientPause pause;
  private final Dispatcher dispatcher;
  private final ExpirySweep sweep;
  private final Workers workers;
  private final EventLoopGroup loops;
  private final @Nullable WatchServer watch;
  private final Channel listening;
  private final Reloader reloader;
  private boolean closed;

  private SheafServer(Db db, ServerOptions options, ConnectionLimits limits) throws IOException {
    this.options = options;
    this.limits = limits;
    memory =
        new ClientMemory(
            () -> live.get(LiveOption.MAXMEMORY_CLIENTS),
            limits.deadlines().stalledMillis(),
            System::nanoTime);
    Keyspace keyspace = Keyspace.open(db, System::currentTimeMillis);
    CommandTable table = new CommandTable();
    live.set(LiveOption.MAXCLIENTS, options.maxClients());
    live.set(LiveOption.MAXMEMORY_CLIENTS, options.clientLimits().memoryBytes());
    live.set(LiveOption.PROTO_MAX_BULK_LEN, options.clientLimits().argumentBytes());
    live.set(LiveOption.CLIENT_QUERY_BUFFER_LIMIT, options.clientLimits().requestBytes());
    users = new Users(table, clients, options.password(), options.aclFile());
    tls = options.tls() == null ? null : new ServerTls(options.tls());
    pause = new ClientPause(System::nanoTime, this::runLater);
    dispatcher = new Dispatcher(table, keyspace, live, users, pause);
    sweep = new ExpirySweep(keyspace, () -> pause.what() != ClientPause.What.NOTHING);
    im = ImStore.open(db, options.im());
    workers = new Workers(options.workers(), dispatcher, DRAIN_MILLIS);
    loops =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("sheaf-network", true), NioIoHandler.newFactory());
    try {
      addCommands(table, keyspace);
      users.open();
      listening = listen();
      watch = watch(keyspace);
    } catch (IOException | RuntimeException e) {
      try (im) {
        stopThreads();
        throw e;
      }
    }
    reloader = Reloader.start(this::reload);
    sweep.start();
    ScheduledFuture<?> _ =
        loops
            .next()
            .scheduleWithFixedDelay(
                this::checkConnections, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Serves {@code db}; returns when clients can connect.
   *
   * @throws IOException when the port is taken, or the store cannot be read
   */
  public static SheafServer start(Db db, ServerOptions options) throws IOException {
    return start(db, options, ConnectionLimits.DEFAULT);
  }

  /** The same with other limits for each connection. */
  static SheafServer start(Db db, ServerOptions options, ConnectionLimits limits)
      throws IOException {
    return new SheafServer(db, options, limits);
  }

  private static String newRunId() {
    byte[] random = new byte[RUN_ID_BYTES];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  private void runLater(Runnable task, long millis) {
    ScheduledFuture<?> _ = loops.next().schedule(task, millis, TimeUnit.MILLISECONDS);
  }

  private void addCommands(CommandTable table, Keyspace keyspace) {
    Map<String, String> fixed =
        Map.of(
            "port",
            Integer.toString(options.port()),
            "bind",
            options.host(),
            "databases",
            "1",
            "enable-debug-command",
            options.allowsDebug() ? "yes" : "no");
    Settings settings = new Settings(live, fixed);
    ServerState state =
        new ServerState(
            clients,
            memory,
            users,
            keyspace,
            settings,
            dispatcher,
            options.allowsFlush(),
            VERSION,
            System.currentTimeMillis(),
            newRunId(),
            stopAsked::countDown);
    ConnectionCommands.addTo(table, users, VERSION);
    AclCommands.addTo(table, users);
    ClientCommands.addTo(table, clients, users, pause);
    TransactionCommands.addTo(table);
    CommandCommands.addTo(table);
    ServerCommands.addTo(table, state);
    ConfigCommands.addTo(table, settings, dispatcher);
    SlowCommands.addTo(table, dispatcher, settings);
    ObjectCommands.addTo(table);
    FunctionCommands.addTo(table);
    DebugCommands.addTo(table, sweep, options.allowsDebug());
    SaveCommands.addTo(table, keyspace.db(), System.currentTimeMillis());
    EngineCommands.addTo(table, dispatcher.failures());
    CheckpointCommands.addTo(table, keyspace.db());
    StringCommands.addTo(table);
    KeyCommands.addTo(table);
    StreamCommands.addTo(table, () -> live.get(LiveOption.STREAM_NODE_MAX_ENTRIES));
    ImCommands.addTo(table, im, users);
  }

  /** Looks after all connections. What goes wrong with one must not keep it from the others. */
  private void checkConnections() {
    long now = System.currentTimeMillis();
    long idleMillis = live.get(LiveOption.TIMEOUT) * 1_000;
    for (Connection connection : connections) {
      try {
        connection.check(now, idleMillis);
      } catch (RuntimeException | Error e) { // or it would never be called again
        LOGGER.error("Looking after a connection failed", e);
      }
    }
    try {
      memory.relieveNow();
    } catch (RuntimeException | Error e) {
      LOGGER.error("Looking for clients that hold too much failed", e);
    }
  }

  /** What a request may be; made anew only when it has changed. */
  private WireLimits wireLimits() {
    int request = (int) live.get(LiveOption.CLIENT_QUERY_BUFFER_LIMIT);
    int argument = Math.min(request, (int) live.get(LiveOption.PROTO_MAX_BULK_LEN));
    WireLimits known = wireLimits;
    if (known.requestBytes() != request || known.argumentBytes() != argument) {
      known = new WireLimits(WireLimits.DEFAULT.arguments(), argument, request);
      wireLimits = known;
    }
    return known;
  }

  private @Nullable WatchServer watch(Keyspace keyspace) throws IOException {
    if (options.metricsPort().isEmpty()) {
      return null;
    }
    Watched watched =
        new Watched(
            clients,
            memory,
            dispatcher,
            keyspace,
            im,
            this::isAlive,
            () -> stopAsked.getCount() == 0);
    return WatchServer.start(watched, options.metricsHost(), options.metricsPort().getAsInt());
  }

  /** Whether the event loop still does what it is asked. */
  private boolean isAlive() {
    return loops.submit(() -> {}).awaitUninterruptibly(ALIVE_MILLIS);
  }

  private Channel listen() throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(LOW_WATER_BYTES, HIGH_WATER_BYTES))
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    accept(channel);
                  }
                });
    ChannelFuture bound =
        bootstrap
            .bind(new InetSocketAddress(options.host(), options.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on "
              + options.host()
              + ":"
              + options.port()
              + " ("
              + Unbound.why(bound.cause())
              + "): choose another port or bind, or stop who has it",
          bound.cause());
    }
    return bound.channel();
  }

  private void accept(SocketChannel channel) {
    if (clients.count() >= live.get(LiveOption.MAXCLIENTS)) {
      refuse(channel, "-ERR max number of clients reached\r\n");
      return;
    }
    if (!users.needsPassword() && !channel.remoteAddress().getAddress().isLoopbackAddress()) {
      refuse(
          channel,
          "-DENIED Sheaf is running in protected mode because no password is set for the default"
              + " user: connect from the same machine, or start the server with a password.\r\n");
      return;
    }
    Client client =
        new Client(
            clients.newId(),
            shown(channel.remoteAddress()),
            shown(channel.localAddress()),
            System.currentTimeMillis(),
            () -> {
              ChannelFuture _ = channel.close();
            });
    users.begin(client);
    clients.add(client);
    ServerTls secure = tls;
    if (secure != null) {
      channel.pipeline().addLast(secure.newHandler(channel.alloc(), workers), new TlsFailures());
    }
    Connection connection =
        new Connection(
            channel,
            client,
            dispatcher,
            workers,
            limits,
            this::wireLimits,
            memory,
            () -> clients.remove(client));
    PushHandler pushes = new PushHandler(channel, connection::push);
    client.pushes(pushes);
    connections.add(connection);
    ChannelFuture _ = channel.closeFuture().addListener(_ -> connections.remove(connection));
    channel.pipeline().addLast(PIECES, pushes, connection);
  }

  private void refuse(SocketChannel channel, String error) {
    clients.refuse();
    if (tls != null) {
      ChannelFuture _ = channel.close(); // no handshake for who is not served
      return;
    }
    ChannelFuture _ =
        channel
            .writeAndFlush(Unpooled.copiedBuffer(error, StandardCharsets.US_ASCII))
            .addListener(ChannelFutureListener.CLOSE);
  }

  private static String shown(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
        : String.valueOf(address);
  }

  /** The port that it listens on. */
  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** The port that tells metrics and health; empty where none does. */
  public OptionalInt metricsPort() {
    WatchServer told = watch;
    return told == null ? OptionalInt.empty() : OptionalInt.of(told.port());
  }

  /** The address that it listens on. */
  public String host() {
    return options.host();
  }

  /**
   * Reads certificates and the ACL file again where they have changed.
   *
   * @return whether something has
   * @throws IOException when one of them cannot be read, or is wrong; it is as it was then
   */
  public boolean reload() throws IOException {
    boolean changed = tls != null && tls.reload();
    return users.reload() || changed;
  }

  /** Waits until a client asks the server to stop. */
  public void awaitStop() throws InterruptedException {
    stopAsked.await();
  }

  /** Asks the server to stop, as SHUTDOWN does. */
  public void askToStop() {
    stopAsked.countDown();
  }

  /**
   * Takes no more clients, lets the commands that run end, closes the connections, and writes what
   * waits.
   *
   * @throws IOException when not all that was acknowledged is durable; everything is closed all the
   *     same
   */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    stopAsked.countDown();
    ChannelFuture _ = listening.close().awaitUninterruptibly();
    reloader.close();
    sweep.close();
    try (im) {
      stopThreads();
    } finally {
      if (watch != null) {
        watch.close(); // to the end it tells that the server stops
      }
    }
  }

  /** Lets the commands that run end, and closes the connections. */
  private void stopThreads() {
    workers.close();
    clients.all().forEach(Client::kill);
    var _ = loops.shutdownGracefully(0, DRAIN_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }
}
