package io.sheaf.server;

import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.server.connection.ConnectionLimits;
import java.io.IOException;
import java.nio.file.Path;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisException;

/** A small store with a server over it, on a free port. */
public final class ServedStore implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final Db db;
  private final SheafServer server;

  public ServedStore(Path directory, ServerOptions options) throws IOException {
    this(directory, options, ConnectionLimits.DEFAULT);
  }

  ServedStore(Path directory, ServerOptions options, ConnectionLimits limits) throws IOException {
    db = Sheaf.open(directory, DbOptions.DEFAULT.withMemory(32L << 20, 8L << 20));
    server = SheafServer.start(db, options.withPort(0), limits);
  }

  public Db db() {
    return db;
  }

  public SheafServer server() {
    return server;
  }

  public int port() {
    return server.port();
  }

  public Jedis connect() {
    return connect(server);
  }

  /** A client that is as patient as a busy machine asks for. */
  public static Jedis connect(SheafServer server) {
    return new Jedis("127.0.0.1", server.port(), PATIENCE_MILLIS);
  }

  public Jedis connectSpeaking3() {
    return new Jedis(
        new HostAndPort("127.0.0.1", port()),
        DefaultJedisClientConfig.builder()
            .protocol(RedisProtocol.RESP3)
            .timeoutMillis(PATIENCE_MILLIS)
            .build());
  }

  /** What the server says of itself, for the message of a test that fails. */
  public String state() {
    try (Jedis jedis = connect()) {
      return jedis.info("everything") + "\n" + jedis.clientList();
    } catch (JedisException e) {
      return "the server does not even say how it is: " + e;
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    db.close();
  }
}
