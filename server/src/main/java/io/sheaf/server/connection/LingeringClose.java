package io.sheaf.server.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection so that its client gets to read the last reply, even if it is still sending.
 *
 * <p>A socket that is closed while bytes of the client are unread is reset, and a reset may
 * overtake the reply or discard it at the client. So only the way to the client is closed first,
 * and the client's bytes are read, and dropped by who reads them, until it closes too, for 5
 * seconds at most. Source: RFC 9112, section 9.6.
 */
final class LingeringClose {
  /** How long the client may take to close. */
  private static final int LINGER_MILLIS = 5_000;

  private LingeringClose() {}

  /** Closes {@code channel} once {@code sent}, the last of it, is sent; from any thread. */
  static void after(ChannelFuture sent, Channel channel) {
    ChannelFuture _ =
        sent.addListener(written -> {
          if (written.isSuccess()) {
            linger(channel);
          } else {
            ChannelFuture _ = channel.close();
          }
        });
  }

  private static void linger(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      ChannelFuture _ = tls.closeOutbound();
    } else if (channel instanceof DuplexChannel duplex) {
      ChannelFuture _ = duplex.shutdownOutput();
    }
    Runnable close =
        () -> {
          ChannelFuture _ = channel.close();
        };
    Future<?> over = channel.eventLoop().schedule(close, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    ChannelFuture _ = channel.closeFuture().addListener(_ -> over.cancel(false));
  }
}
