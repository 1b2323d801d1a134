package io.sheaf.server.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.DefaultByteBufHolder;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.function.IntConsumer;

/**
 * Cuts long replies into pieces, so that it is seen whether the client reads. That is done by the
 * event loop, all pieces of a reply at once: what another thread sends meanwhile, as a push, comes
 * before the reply or behind it, never between two pieces.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
@Sharable
public final class ReplyPieces extends ChannelOutboundHandlerAdapter {
  /** What is sent at once, in bytes. */
  static final int PIECE_BYTES = 64 << 10;

  /** Stands before the handler of a {@link Connection}. */
  public ReplyPieces() {}

  /** A reply that is longer than a piece; {@code whenRead} is told when some of it was read. */
  static final class LongReply extends DefaultByteBufHolder {
    private final IntConsumer whenRead;

    LongReply(ByteBuf bytes, IntConsumer whenRead) {
      super(bytes);
      this.whenRead = whenRead;
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (!(message instanceof LongReply reply)) {
      ChannelFuture _ = context.write(message, promise);
      return;
    }
    ByteBuf bytes = reply.content();
    while (bytes.readableBytes() > PIECE_BYTES) {
      ByteBuf piece = bytes.readRetainedSlice(PIECE_BYTES);
      ChannelFuture _ = context.write(piece).addListener(_ -> reply.whenRead.accept(PIECE_BYTES));
    }
    int rest = bytes.readableBytes();
    ChannelFuture _ =
        context.write(bytes, promise.unvoid()).addListener(_ -> reply.whenRead.accept(rest));
  }
}
