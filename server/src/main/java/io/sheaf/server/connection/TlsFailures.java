package io.sheaf.server.connection;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.NotSslRecordException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections whose TLS fails, as that of a client that does not speak it. What it sent is
 * not logged: the exception would show it.
 *
 * <p><b>Thread safety.</b> That of the event loop.
 */
public final class TlsFailures extends ChannelInboundHandlerAdapter {
  private static final Logger LOGGER = LoggerFactory.getLogger(TlsFailures.class);

  /** What is wrong with a client's certificate, say; of one that speaks no TLS only that. */
  private static String shown(Throwable failure) {
    if (failure instanceof NotSslRecordException) {
      return "the client does not speak TLS";
    }
    return failure instanceof SSLHandshakeException && failure.getMessage() != null
        ? failure.getMessage()
        : failure.getClass().getSimpleName();
  }

  /** Stands behind the handler of {@link ServerTls}. */
  public TlsFailures() {}

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Throwable failure = cause.getCause() == null ? cause : cause.getCause();
    if (failure instanceof SSLException) {
      LOGGER.warn(
          "TLS with {} failed and the connection is closed: {}",
          context.channel().remoteAddress(),
          shown(failure));
      ChannelFuture _ = context.close();
    } else {
      context.fireExceptionCaught(cause);
    }
  }
}
