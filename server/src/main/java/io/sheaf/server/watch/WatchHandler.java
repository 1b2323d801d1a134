package io.sheaf.server.watch;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one request, and closes the connection.
 *
 * <pre>
 * /metrics         what is measured, in the text format of Prometheus
 * /health/alive    200: requests are taken in; 503: restart it
 * /health/ready    200: it takes reads and writes; 503 with the reason: send no clients here
 * </pre>
 *
 * <p><b>Thread safety.</b> That of the event loop.
 */
final class WatchHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOGGER = LoggerFactory.getLogger(WatchHandler.class);

  private final Watched watched;
  private final Metrics metrics;

  private record Answer(HttpResponseStatus status, String text) {
    static Answer ok(String text) {
      return new Answer(HttpResponseStatus.OK, text);
    }

    static Answer unavailable(String text) {
      return new Answer(HttpResponseStatus.SERVICE_UNAVAILABLE, text);
    }
  }

  WatchHandler(Watched watched, Metrics metrics) {
    super(FullHttpRequest.class);
    this.watched = watched;
    this.metrics = metrics;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    Answer answer = answer(request);
    byte[] bytes = answer.text().getBytes(StandardCharsets.UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, answer.status(), Unpooled.wrappedBuffer(bytes));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
        .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
        .set(HttpHeaderNames.CONNECTION, "close");
    ChannelFuture _ = context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  private Answer answer(FullHttpRequest request) {
    if (!request.method().equals(HttpMethod.GET)) {
      return new Answer(HttpResponseStatus.METHOD_NOT_ALLOWED, "GET only\n");
    }
    return switch (request.uri()) {
      case "/metrics" -> Answer.ok(metrics.shown());
      case "/health/alive" ->
          watched.isAlive().getAsBoolean()
              ? Answer.ok("alive\n")
              : Answer.unavailable("requests are not taken in any more\n");
      case "/health/ready" -> ready();
      default ->
          new Answer(HttpResponseStatus.NOT_FOUND, "see /metrics, /health/alive, /health/ready\n");
    };
  }

  private Answer ready() {
    if (watched.isStopping().getAsBoolean()) {
      return Answer.unavailable("it is about to stop\n");
    }
    return watched
        .keyspace()
        .db()
        .failure()
        .map(failure -> Answer.unavailable("the store is read-only: " + failure + "\n"))
        .orElse(Answer.ok("ready\n"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOGGER.debug("A connection that asks for metrics is closed", cause);
    ChannelFuture _ = context.close();
  }
}
