package io.sheaf.server.watch;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Tells over HTTP how the server is: to Prometheus, and to who decides whether it is to be
 * restarted or asked. It has a thread of its own, so that it answers while the others are busy.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who started it closes
 * it.
 */
public final class WatchServer implements AutoCloseable {
  private static final int LARGEST_BODY_BYTES = 1 << 10;
  private static final int TIMEOUT_SECONDS = 30;
  private static final long STOP_MILLIS = 1_000;

  private final Metrics metrics;
  private final EventLoopGroup loop;
  private final Channel listening;

  private WatchServer(Watched watched, String host, int port) throws IOException {
    metrics = new Metrics(watched);
    loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("sheaf-watch", true), NioIoHandler.newFactory());
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new ReadTimeoutHandler(TIMEOUT_SECONDS),
                            new HttpServerCodec(),
                            new HttpObjectAggregator(LARGEST_BODY_BYTES),
                            new WatchHandler(watched, metrics));
                  }
                })
            .bind(new InetSocketAddress(host, port))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stop();
      throw new IOException(
          "cannot tell metrics on "
              + host
              + ":"
              + port
              + " ("
              + Unbound.why(bound.cause())
              + "): choose another metrics-port or metrics-bind",
          bound.cause());
    }
    listening = bound.channel();
  }

  /**
   * Begins to answer.
   *
   * @param port 0: one that is free
   * @throws IOException when the port is taken
   */
  public static WatchServer start(Watched watched, String host, int port) throws IOException {
    return new WatchServer(watched, host, port);
  }

  /** The port that it listens on. */
  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  private void stop() {
    var _ = loop.shutdownGracefully(0, STOP_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    metrics.close();
  }

  @Override
  public void close() {
    ChannelFuture _ = listening.close().awaitUninterruptibly();
    stop();
  }
}
