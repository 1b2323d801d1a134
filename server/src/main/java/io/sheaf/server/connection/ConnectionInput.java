package io.sheaf.server.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.sheaf.server.client.HeldBytes;
import io.sheaf.server.wire.InputBuffer;
import io.sheaf.server.wire.RequestDecoder;
import io.sheaf.server.wire.WireLimits;
import java.util.ArrayDeque;

/**
 * What comes from a client: the bytes as the network brings them, and behind them those in which
 * requests are looked for. Reading is paused while too much waits, or while all clients together
 * hold too much and this one more than its share.
 *
 * <p>Who pauses reading has just added bytes; they are taken away, or counted as held, by the
 * worker, which then calls {@link #goOn}; what other clients hold becomes less without a word, so
 * the event loop calls it now and then too. So reading that is paused goes on whatever comes first.
 *
 * <p><b>Thread safety.</b> {@link #arrived}, {@link #goOn} and {@link #bytes} from any thread; the
 * rest is for the worker that has the connection.
 */
final class ConnectionInput {
  /** What a buffer takes besides its bytes, about. */
  private static final int BUFFER_BYTES = 64;

  private final Channel channel;
  private final HeldBytes held;
  private final int mostWaitingBytes;

  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(); // guarded by it, as what follows
  private long waitingBytes;
  private boolean paused;
  private boolean closed;

  // The worker's.
  private final InputBuffer buffer;
  private final RequestDecoder decoder;

  /** What {@link #held} counts for the buffer, and for what is found in it. */
  private long countedBytes;

  private volatile int bufferedBytes;

  ConnectionInput(Channel channel, HeldBytes held, int mostWaitingBytes) {
    this.channel = channel;
    this.held = held;
    this.mostWaitingBytes = mostWaitingBytes;
    this.buffer = new InputBuffer(channel.alloc());
    this.decoder = new RequestDecoder(buffer, WireLimits.STRANGER);
  }

  /** Finds the requests. */
  RequestDecoder decoder() {
    return decoder;
  }

  /** Keeps bytes that have come, which are this object's from now on. */
  void arrived(ByteBuf bytes) {
    synchronized (waiting) {
      if (closed) {
        bytes.release();
        return;
      }
      long cost = cost(bytes);
      waiting.add(bytes);
      waitingBytes += cost;
      held.add(cost);
      held.progress(); // until reading is paused
      if (waitingBytes > mostWaitingBytes || held.isOverShare()) {
        paused = true;
        channel.config().setAutoRead(false);
      }
    }
  }

  private static long cost(ByteBuf bytes) {
    return bytes.capacity() + (long) BUFFER_BYTES;
  }

  /** Reads on where that was paused and need not be any more. */
  void goOn() {
    synchronized (waiting) {
      if (paused && !closed && waitingBytes <= mostWaitingBytes / 2 && !held.isOverShare()) {
        paused = false;
        channel.config().setAutoRead(true);
      }
    }
  }

  /** Moves what has come to where requests are looked for; false: nothing has. */
  boolean take() {
    boolean any = false;
    while (true) {
      ByteBuf bytes;
      long cost;
      synchronized (waiting) {
        bytes = waiting.poll();
        if (bytes == null) {
          break;
        }
        cost = cost(bytes);
        waitingBytes -= cost;
      }
      try {
        buffer.append(bytes);
      } finally {
        bytes.release();
        held.add(-cost);
      }
      any = true;
    }
    if (any) {
      count();
      goOn();
    }
    return any;
  }

  /** Says how much is left of what has come; once requests were executed. */
  void count() {
    int size = buffer.size();
    if (size < bufferedBytes) {
      held.progress();
    }
    bufferedBytes = size;
    long capacity = buffer.capacityBytes() + decoder.heldBytes();
    if (capacity != countedBytes) {
      held.add(capacity - countedBytes);
      countedBytes = capacity;
    }
  }

  /** Number of bytes that have come and are not executed, about. */
  long bytes() {
    synchronized (waiting) {
      return waitingBytes + bufferedBytes;
    }
  }

  /** Drops what waits, and what comes from now on, which is read as it comes. */
  void drop() {
    synchronized (waiting) {
      dropWaiting();
      channel.config().setAutoRead(true);
    }
    buffer.close(); // nothing more is executed, and the client may take its time to close
    count();
  }

  private void dropWaiting() {
    closed = true;
    waiting.forEach(ByteBuf::release);
    waiting.clear();
    held.add(-waitingBytes);
    waitingBytes = 0;
  }

  /** Gives back what it holds. */
  void close() {
    synchronized (waiting) {
      dropWaiting();
    }
    buffer.close();
  }
}
