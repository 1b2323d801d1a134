package io.sheaf.server.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sheaf.server.client.Pushes;
import io.sheaf.server.wire.ReplyWriter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends pushes over a connection. A push is a buffer of its own, so it never comes into the middle
 * of a reply; while the client does not read, none is sent, so that none waits in memory.
 *
 * <p><b>Thread safety.</b> {@link #push} from any thread.
 */
public final class PushHandler extends ChannelInboundHandlerAdapter implements Pushes {
  private static final int THIRD_PROTOCOL = 3;
  private static final int SMALL_PUSH_BYTES = 512;

  private final Channel channel;
  private final Consumer<ByteBuf> send;
  private volatile @Nullable Listener listener;

  /**
   * Sends over {@code channel}; stands before the {@link Connection} in its pipeline.
   *
   * @param send sends a push; from any thread
   */
  public PushHandler(Channel channel, Consumer<ByteBuf> send) {
    this.channel = channel;
    this.send = send;
  }

  @Override
  public boolean push(Consumer<ReplyWriter> message) {
    if (!channel.isActive() || !channel.isWritable()) {
      return false;
    }
    ByteBuf buffer = channel.alloc().buffer(SMALL_PUSH_BYTES);
    boolean written = false;
    try {
      ReplyWriter writer = new ReplyWriter(buffer);
      writer.speak(THIRD_PROTOCOL);
      message.accept(writer);
      written = true;
    } finally {
      if (!written) {
        buffer.release();
      }
    }
    send.accept(buffer);
    return true;
  }

  @Override
  public void listen(Listener listener) {
    this.listener = listener;
    if (!channel.isActive()) {
      listener.gone();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    Listener heard = listener;
    if (heard != null && channel.isWritable()) {
      heard.readsAgain();
    }
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    Listener heard = listener;
    if (heard != null) {
      heard.gone();
    }
    context.fireChannelInactive();
  }
}
