package io.sheaf.server.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import io.sheaf.server.client.BlockedCall;
import io.sheaf.server.client.Client;
import io.sheaf.server.client.Wakeup;
import io.sheaf.server.command.Dispatcher;
import io.sheaf.server.command.PendingReplies;
import io.sheaf.server.command.WriteBurst;
import io.sheaf.server.wire.InputBuffer;
import io.sheaf.server.wire.ProtocolException;
import io.sheaf.server.wire.ReplyTooLongException;
import io.sheaf.server.wire.ReplyWriter;
import io.sheaf.server.wire.Request;
import io.sheaf.server.wire.RequestDecoder;
import io.sheaf.server.wire.WireLimits;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection. The event loop only takes bytes in and sends bytes out; requests are found
 * and run by a worker, one worker at a time for a connection, as reads may wait for the disk.
 *
 * <p>Replies are sent once there is no more to run, or {@link ConnectionLimits#replyBytes} of them.
 * While the client does not read its replies, nothing more is run; while {@link
 * ConnectionLimits#waitingInputBytes} wait to be run, nothing more is read. So a connection takes a
 * bounded amount of memory, whatever the client does.
 *
 * <p><b>Thread safety.</b> What belongs to the worker is touched by {@link #run} only; the waiting
 * input is guarded by {@code inbox}.
 */
public final class Connection extends ChannelInboundHandlerAdapter implements Workers.Work {
  private static final Logger LOGGER = LoggerFactory.getLogger(Connection.class);
  private static final int REQUESTS_AT_ONCE = 1_000;

  private final Channel channel;
  private final Client client;
  private final Dispatcher dispatcher;
  private final Workers workers;
  private final ConnectionLimits limits;
  private final ByteBudget budget;
  private final Runnable whenGone;

  /** How often it was asked to run since it last went idle; 0: idle. */
  private final AtomicInteger asked = new AtomicInteger();

  private final ArrayDeque<ByteBuf> inbox = new ArrayDeque<>();
  private int inboxBytes;

  /** What has come and is not yet executed; guarded by {@code inbox}, as the two around it. */
  private long unexecutedBytes;

  private boolean readingIsPaused;
  private volatile boolean gone;

  private final AtomicReference<Parking> parking = new AtomicReference<>(Parking.NONE);

  /** How far a run has come that could not get its locks. */
  private enum Parking {
    /** It has not ended. */
    NONE,
    /** It has ended, and no worker has the connection. */
    PARKED,
    /** The locks are free: it may begin again. */
    RESUMED
  }

  // The worker's.
  private final InputBuffer input;
  private final RequestDecoder decoder;
  private final ReplyWriter reply;
  private final PendingReplies replies;
  private @Nullable ByteBuf output;
  private Wakeup.@Nullable Listening listening;
  private @Nullable ScheduledFuture<?> timeout;
  private @Nullable BlockedCall waitingFor;
  private long waits;
  private boolean closed;
  private boolean running;

  /** What {@link #asked} was when the run began. */
  private int seen;

  /** Whether requests are left that can be run. */
  private boolean more;

  /** Whether the present request could not get its locks, and is to be executed again. */
  private boolean again;

  /** Whether the run ended with that. */
  private boolean parked;

  private long executed;
  private long executedWhenRequestBegan;

  /** Since when a part of a request waits for the rest, in milliseconds; 0: none does. */
  private volatile long requestBeganMillis;

  // The event loop's.
  private long unreadBytes;
  private long unreadSinceMillis;

  // Said to the worker by others.
  private volatile boolean keyChanged;

  /** Which of the waits has lasted its time. */
  private volatile long timedOut;

  /**
   * A connection over {@code channel}.
   *
   * @param budget of all connections
   * @param whenGone is run once the channel is closed
   */
  public Connection(
      Channel channel,
      Client client,
      Dispatcher dispatcher,
      Workers workers,
      ConnectionLimits limits,
      ByteBudget budget,
      Runnable whenGone) {
    this.channel = channel;
    this.client = client;
    this.dispatcher = dispatcher;
    this.workers = workers;
    this.limits = limits;
    this.budget = budget;
    this.whenGone = whenGone;
    this.input = new InputBuffer(channel.alloc());
    this.decoder = new RequestDecoder(input, WireLimits.STRANGER);
    this.reply = new ReplyWriter(io.netty.buffer.Unpooled.EMPTY_BUFFER);
    this.reply.limit(limits.longestReplyBytes());
    this.replies = new PendingReplies(reply, this::decided, this::resume);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    synchronized (inbox) {
      if (gone) {
        bytes.release();
        return;
      }
      int length = bytes.readableBytes();
      inbox.add(bytes);
      inboxBytes += length;
      unexecutedBytes += length;
      budget.add(length);
      if (inboxBytes > limits.waitingInputBytes() || budget.isExceeded()) {
        readingIsPaused = true;
        channel.config().setAutoRead(false);
      }
      if (budget.isTooMuchForOne(unexecutedBytes)) {
        closeAs("it holds too much of what all connections may hold together");
      }
    }
    wake();
  }

  private void closeAs(String why) {
    LOGGER.warn("Connection from {} is closed: {}", client.address(), why);
    client.kill();
  }

  /**
   * Closes the connection if its client has taken too long; goes on reading if that had to wait for
   * others. Called by the event loop, now and then.
   *
   * @param idleMillis after which a client that says nothing is closed; 0: never
   */
  public void check(long nowMillis, long idleMillis) {
    Deadlines deadlines = limits.deadlines();
    long sinceConnected = nowMillis - client.connectedMillis();
    if (!client.isAuthenticated() && sinceConnected > deadlines.loginMillis()) {
      closeAs("its client did not say who it is in time");
    }
    long began = requestBeganMillis;
    if (began != 0) {
      long received;
      synchronized (inbox) {
        received = unexecutedBytes;
      }
      long allowed = deadlines.requestMillis() + received / deadlines.requestBytesAMilli();
      if (nowMillis - began > allowed) {
        closeAs("its client did not finish a request in time");
      }
    }
    long unread = channel.bytesBeforeWritable();
    if (unread == 0 || unread < unreadBytes) {
      unreadSinceMillis = nowMillis;
    } else if (nowMillis - unreadSinceMillis > deadlines.replyMillis()) {
      closeAs("its client did not read its replies in time");
    }
    unreadBytes = unread;
    long active = Math.max(client.lastActiveMillis(), began);
    if (idleMillis > 0 && nowMillis - active > idleMillis && client.blocked() == null) {
      closeAs("its client has said nothing for long");
    }
    synchronized (inbox) {
      goOnReading();
    }
  }

  /** Reads on where that was paused and need not be any more; under the lock of the inbox. */
  private void goOnReading() {
    if (readingIsPaused && inboxBytes <= limits.waitingInputBytes() / 2 && !budget.isExceeded()) {
      readingIsPaused = false;
      channel.config().setAutoRead(true);
    }
  }

  /** Says how much of what has come is executed, and since when a part of a request waits. */
  private void countExecuted() {
    synchronized (inbox) {
      long left = (long) inboxBytes + input.size();
      budget.release(unexecutedBytes - left);
      unexecutedBytes = left;
    }
    boolean waitsForClient =
        !more && !parked && waitingFor == null && channel.isWritable() && decoder.isWithinRequest();
    if (!waitsForClient) {
      requestBeganMillis = 0;
    } else if (requestBeganMillis == 0 || executed != executedWhenRequestBegan) {
      requestBeganMillis = dispatcher.keyspace().nowMillis();
      executedWhenRequestBegan = executed;
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel.isWritable()) {
      wake();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    gone = true;
    wake();
    whenGone.run();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) { // else the client has gone
      LOGGER.warn("Connection from {} is closed after a failure", client.address(), cause);
    }
    ChannelFuture _ = channel.close();
  }

  /** Has a worker look what there is to do. */
  private void wake() {
    if (asked.getAndIncrement() == 0) {
      submit();
    }
  }

  private void submit() {
    if (workers.submit(this)) {
      return;
    }
    asked.set(0); // no worker has the connection, and none will
    if (gone) {
      release();
    } else {
      ChannelFuture _ = channel.close();
    }
  }

  /** Goes on with a request that could not get its locks; called by any thread. */
  private void resume() {
    if (parking.getAndSet(Parking.RESUMED) == Parking.PARKED) {
      submit();
    }
  }

  /** Does what there is to do; by a worker. */
  @Override
  public void run(WriteBurst burst) {
    running = true;
    parking.set(Parking.NONE);
    seen = asked.get();
    more = false;
    parked = false;
    try {
      work(burst);
    } catch (RuntimeException | Error e) {
      LOGGER.error("Connection from {} is closed after a failure", client.address(), e);
      dispatcher.finish(burst);
      ChannelFuture _ = channel.close();
    }
    running = false;
    if (!replies.waits()) {
      endRun();
    }
  }

  /** The replies that waited for a burst may be sent. */
  private void decided() {
    if (!running) {
      endRun();
    }
  }

  private void endRun() {
    if (!closed) {
      countExecuted();
      send();
    }
    if (parked) {
      if (!parking.compareAndSet(Parking.NONE, Parking.PARKED)) {
        submit(); // it has been resumed meanwhile
      }
    } else if (more) {
      submit(); // behind the others; it stays asked for
    } else if (asked.addAndGet(-seen) > 0) {
      submit();
    }
  }

  /** Runs requests, and notes whether some are left that can be run. */
  private void work(WriteBurst burst) {
    if (gone) {
      release();
      return;
    }
    try {
      more = runRequests(burst);
    } catch (ProtocolException e) {
      dispatcher.finish(burst);
      startReply();
      reply.error(e.reply());
      client.closeAfterReply();
    } catch (ReplyTooLongException e) {
      LOGGER.warn("Connection from {} is closed: {}", client.address(), e.getMessage());
      client.kill();
    }
  }

  private boolean runRequests(WriteBurst burst) throws ProtocolException {
    if (waitingFor != null && !goOn(burst)) {
      return false;
    }
    for (int i = 0; i < REQUESTS_AT_ONCE; i++) {
      if (client.isClosing() || !channel.isWritable()) {
        return false;
      }
      decoder.limit(client.isAuthenticated() ? limits.wire() : WireLimits.STRANGER);
      if (!again && !decoder.next()) {
        if (takeInput()) {
          continue;
        }
        return false;
      }
      if (isForeign(decoder.request())) {
        LOGGER.warn("Connection from {} speaks another protocol and is closed", client.address());
        client.kill();
        return false;
      }
      again = !execute(decoder.request(), burst);
      parked = again;
      if (again || (client.blocked() != null && !await(burst))) {
        return false;
      }
    }
    return true;
  }

  /** Whether a browser was made to send the request: HTTP is never answered. */
  private static boolean isForeign(Request request) {
    return request.is(0, "post") || request.is(0, "host:");
  }

  /** Executes a request; false: another has its locks, and it is to be executed again. */
  private boolean execute(Request request, WriteBurst burst) {
    startReply();
    executed++;
    Client.ReplyMode mode = client.replyMode();
    int mark = reply.mark();
    if (!dispatcher.run(client, request, replies, burst)) {
      return false;
    }
    boolean silent =
        switch (mode) {
          case ON, SKIP_NEXT -> false;
          case OFF -> client.replyMode() == Client.ReplyMode.OFF;
          case SKIP -> true;
        };
    if (silent) {
      reply.buffer().writerIndex(mark);
      replies.silenced();
    }
    if (mode == Client.ReplyMode.SKIP) {
      client.reply(Client.ReplyMode.ON);
    } else if (client.replyMode() == Client.ReplyMode.SKIP_NEXT) {
      client.reply(Client.ReplyMode.SKIP);
    }
    if (reply.buffer().readableBytes() >= limits.replyBytes()) {
      dispatcher.finish(burst);
      send();
    }
    return true;
  }

  /** Begins to wait; true: it was not necessary, as something has changed meanwhile. */
  private boolean await(WriteBurst burst) {
    BlockedCall call = client.blocked();
    if (call == null) {
      return true;
    }
    send();
    waitingFor = call;
    long wait = ++waits;
    keyChanged = true; // looks once more, as a key may have changed before it listened
    try {
      listening =
          call.wakeup()
              .listen(() -> {
                keyChanged = true;
                wake();
              });
    } catch (IOException e) {
      stopWaiting();
      startReply();
      reply.error(dispatcher.failure(e));
      return true;
    }
    if (call.timeoutMillis() > 0) {
      timeout =
          channel
              .eventLoop()
              .schedule(
                  () -> {
                    timedOut = wait;
                    wake();
                  },
                  call.timeoutMillis(),
                  TimeUnit.MILLISECONDS);
    }
    return goOn(burst);
  }

  /** Looks whether the call that waits can be answered; true: it is. */
  private boolean goOn(WriteBurst burst) {
    BlockedCall call = waitingFor;
    if (call == null) {
      return true;
    }
    if (keyChanged) {
      keyChanged = false;
      client.block(null);
      client.resuming(true);
      boolean _ = execute(call.request(), burst); // such a command waits for its locks
      client.resuming(false);
      if (client.blocked() == null) {
        stopWaiting();
        return true;
      }
    }
    if (timedOut == waits) {
      stopWaiting();
      startReply();
      reply.noArray();
      dispatcher.waitedInVain(call.request());
      return true;
    }
    return false;
  }

  private void stopWaiting() {
    client.block(null);
    waitingFor = null;
    Wakeup.Listening heard = listening;
    if (heard != null) {
      heard.close();
      listening = null;
    }
    ScheduledFuture<?> scheduled = timeout;
    if (scheduled != null) {
      scheduled.cancel(false);
      timeout = null;
    }
  }

  /** Moves what has come to where requests are found; false: nothing has. */
  private boolean takeInput() {
    boolean any = false;
    while (true) {
      ByteBuf bytes;
      synchronized (inbox) {
        bytes = inbox.poll();
        if (bytes == null) {
          return any;
        }
        inboxBytes -= bytes.readableBytes();
        goOnReading();
      }
      try {
        input.append(bytes);
      } finally {
        bytes.release();
      }
      any = true;
    }
  }

  private void startReply() {
    if (output == null) {
      ByteBuf fresh = channel.alloc().buffer(1 << 10);
      output = fresh;
      reply.to(fresh);
    }
  }

  private void send() {
    ByteBuf ready = output;
    output = null;
    boolean closing = client.isClosing();
    if (ready == null) {
      if (closing) {
        ChannelFuture _ = channel.close();
      }
      return;
    }
    int length = ready.readableBytes();
    budget.add(length);
    ChannelFuture sent = channel.writeAndFlush(ready);
    ChannelFuture _ = sent.addListener(_ -> budget.release(length));
    if (closing) {
      ChannelFuture _ = sent.addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Gives back what it holds; the channel is closed. */
  private void release() {
    if (closed) {
      return;
    }
    closed = true;
    synchronized (inbox) {
      inbox.forEach(ByteBuf::release);
      inbox.clear();
      inboxBytes = 0;
      budget.release(unexecutedBytes);
      unexecutedBytes = 0;
    }
    stopWaiting();
    client.unwatch();
    input.close();
    ByteBuf unsent = output;
    output = null;
    if (unsent != null) {
      unsent.release();
    }
  }
}
