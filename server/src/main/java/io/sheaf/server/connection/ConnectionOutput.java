package io.sheaf.server.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.sheaf.server.client.ClientMemory;
import io.sheaf.server.client.HeldBytes;
import io.sheaf.server.wire.ReplyTooLongException;
import io.sheaf.server.wire.ReplyWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What goes to a client: replies that are put together, and those that are sent and not read.
 *
 * <p>A long reply is sent in pieces, see {@link ReplyPieces}, so that it is seen whether the client
 * reads.
 *
 * <p><b>Thread safety.</b> {@link #sendApart}, {@link #stalledMillis} and {@link #waits} from any
 * thread; the rest is for the worker that has the connection.
 */
final class ConnectionOutput {
  private static final int SMALL_REPLY_BYTES = 1 << 10;
  private static final int STEP_BYTES = 1 << 20;

  private final Channel channel;
  private final HeldBytes held;
  private final int longestReplyBytes;
  private final IntConsumer whenRead;
  private final ReplyWriter reply = new ReplyWriter(Unpooled.EMPTY_BUFFER);
  private @Nullable ByteBuf replies;

  /** What {@link #held} counts for {@link #replies}. */
  private long countedBytes;

  private final AtomicLong unreadBytes = new AtomicLong();
  private volatile long progressNanos;
  private volatile boolean waits;

  /**
   * Sends to {@code channel}.
   *
   * @param whenRead is called by the event loop when the client has read so many bytes
   */
  ConnectionOutput(Channel channel, HeldBytes held, int longestReplyBytes, IntConsumer whenRead) {
    this.channel = channel;
    this.held = held;
    this.longestReplyBytes = longestReplyBytes;
    this.whenRead = whenRead;
  }

  /** Where replies are written, after {@link #begin}. */
  ReplyWriter reply() {
    return reply;
  }

  /** Makes sure that there is somewhere to write to. */
  void begin() {
    if (replies == null) {
      ByteBuf fresh = channel.alloc().buffer(SMALL_REPLY_BYTES);
      replies = fresh;
      reply.to(fresh);
      reply.limit(Math.min(STEP_BYTES, longestReplyBytes), this::room);
    }
  }

  /**
   * Makes room for a reply that has become longer.
   *
   * @return how long it may become before more room is asked for
   * @throws ReplyTooLongException when there is none
   */
  private int room(int neededBytes) {
    if (neededBytes > longestReplyBytes) {
      throw new ReplyTooLongException(
          "a reply of more than " + longestReplyBytes + " bytes: ask for less at once, with COUNT");
    }
    int granted = Math.min(neededBytes + STEP_BYTES, longestReplyBytes);
    count(granted);
    ClientMemory memory = held.memory();
    memory.relieve();
    if (memory.isTooMuch(held.bytes())) {
      memory.countEvicted();
      throw new ReplyTooLongException(
          "a reply has become "
              + neededBytes
              + " bytes long while "
              + memory.heldBytes()
              + " bytes are held for all clients and maxmemory-clients is "
              + memory.limitBytes());
    }
    return granted;
  }

  private void count(long bytes) {
    held.add(bytes - countedBytes);
    countedBytes = bytes;
  }

  /** Number of bytes that are put together. */
  int gatheredBytes() {
    ByteBuf gathered = replies;
    return gathered == null ? 0 : gathered.readableBytes();
  }

  /**
   * Whether nothing more is to be run until the client has read: too much waits for it. Who has
   * found so is to look again when the channel is writable, when {@code whenRead} is called, and
   * now and then while {@link #waits}; and is not to ask only to know, as that ends the waiting.
   */
  boolean isFull() {
    if (!channel.isWritable()) {
      return true; // the channel tells when it is
    }
    ClientMemory memory = held.memory();
    if (memory.isExceeded()) {
      waits = true; // before it is looked, so that no change behind that look is missed
      if (memory.isExceeded() && unreadBytes.get() > memory.shareBytes()) {
        return true;
      }
    }
    if (waits) {
      waits = false;
    }
    return false;
  }

  /** Whether it was found full because all clients together hold too much. */
  boolean waits() {
    return waits;
  }

  /** For how long the client has not read anything of what waits for it, in milliseconds. */
  long stalledMillis(long nowNanos) {
    return unreadBytes.get() == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(nowNanos - progressNanos);
  }

  /** Sends what is put together. */
  void send() {
    ByteBuf ready = replies;
    replies = null;
    if (ready == null) {
      return;
    }
    count(0);
    if (ready.isReadable()) {
      ChannelFuture _ = sendApart(ready);
    } else {
      ready.release();
    }
  }

  /** Sends what is put together, the last of all, and closes the channel behind it. */
  void sendLast() {
    send();
    LingeringClose.after(channel.writeAndFlush(Unpooled.EMPTY_BUFFER), channel);
  }

  /**
   * Sends what is put together elsewhere, between two replies; from any thread. {@code ready} is
   * this object's from now on.
   */
  ChannelFuture sendApart(ByteBuf ready) {
    long capacity = ready.capacity();
    held.add(capacity);
    if (unreadBytes.get() == 0) {
      progressed(); // before it is seen that something waits, and since when
    }
    unreadBytes.addAndGet(ready.readableBytes());
    int length = ready.readableBytes();
    boolean isLong = length > ReplyPieces.PIECE_BYTES;
    // It listens before the bytes go: what the client asks next finds them counted.
    ChannelPromise sent =
        channel.newPromise().addListener(_ -> read(isLong ? 0 : length, capacity));
    ChannelFuture _ =
        channel.writeAndFlush(
            isLong ? new ReplyPieces.LongReply(ready, bytes -> read(bytes, 0)) : ready, sent);
    held.memory().relieve();
    return sent;
  }

  private void read(int bytes, long heldBytes) {
    unreadBytes.addAndGet(-bytes);
    held.add(-heldBytes);
    progressed();
    whenRead.accept(bytes);
  }

  private void progressed() {
    progressNanos = System.nanoTime();
    held.progress();
  }

  /** Gives back what is not sent. */
  void close() {
    ByteBuf unsent = replies;
    replies = null;
    if (unsent != null) {
      unsent.release();
    }
  }
}
