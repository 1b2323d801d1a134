package io.sheaf.server.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sheaf.server.client.BlockedCall;
import io.sheaf.server.client.Client;
import io.sheaf.server.client.ClientMemory;
import io.sheaf.server.client.HeldBytes;
import io.sheaf.server.client.MultiState;
import io.sheaf.server.command.Dispatcher;
import io.sheaf.server.command.PendingReplies;
import io.sheaf.server.command.WriteBurst;
import io.sheaf.server.wire.ProtocolException;
import io.sheaf.server.wire.ReplyTooLongException;
import io.sheaf.server.wire.ReplyWriter;
import io.sheaf.server.wire.Request;
import io.sheaf.server.wire.RequestDecoder;
import io.sheaf.server.wire.WireLimits;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection. The event loop only takes bytes in and sends bytes out; requests are found
 * and run by a worker, one worker at a time for a connection, as reads may wait for the disk.
 *
 * <p>Replies are sent once there is no more to run, or {@link ConnectionLimits#replyBytes} of them.
 * While the client does not read its replies, nothing more is run; while {@link
 * ConnectionLimits#waitingInputBytes} wait to be run, nothing more is read. So a connection takes a
 * bounded amount of memory, whatever the client does; {@link ClientMemory} bounds what all take.
 *
 * <p>A run ends when there is nothing to do, or when the client must read first. {@link #wake} is
 * called when that may have changed: bytes came, the channel is writable, a piece was read, a key
 * changed, the time is over. A call during a run makes another run follow it, so none is missed;
 * {@link #check} calls it again for what depends on other clients.
 *
 * <p><b>Thread safety.</b> What belongs to the worker is touched by {@link #run} only.
 */
public final class Connection extends ChannelInboundHandlerAdapter implements Workers.Work {
  private static final Logger LOGGER = LoggerFactory.getLogger(Connection.class);
  private static final int REQUESTS_AT_ONCE = 1_000;

  private final Channel channel;
  private final Client client;
  private final Dispatcher dispatcher;
  private final Workers workers;
  private final ConnectionLimits limits;
  private final Supplier<WireLimits> wireLimits;
  private final HeldBytes held;
  private final Runnable whenGone;

  /** How often it was asked to run since it last went idle; 0: idle. */
  private final AtomicInteger asked = new AtomicInteger();

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
  private final ConnectionInput input;
  private final ConnectionOutput output;
  private final ConnectionWait wait;
  private final PendingReplies replies;
  private long keptBytes;

  /** Whether the last reply is sent, and the channel is closed once the client has read it. */
  private boolean ended;

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

  /** Whether the run ended as the client has to read first. */
  private boolean full;

  private long executed;
  private long executedWhenRequestBegan;

  /** Since when a part of a request waits for the rest, in milliseconds; 0: none does. */
  private volatile long requestBeganMillis;

  /**
   * A connection over {@code channel}.
   *
   * @param wireLimits of a request, once the client is known
   * @param memory of all connections
   * @param whenGone is run once the channel is closed
   */
  public Connection(
      Channel channel,
      Client client,
      Dispatcher dispatcher,
      Workers workers,
      ConnectionLimits limits,
      Supplier<WireLimits> wireLimits,
      ClientMemory memory,
      Runnable whenGone) {
    this.channel = channel;
    this.client = client;
    this.dispatcher = dispatcher;
    this.workers = workers;
    this.limits = limits;
    this.wireLimits = wireLimits;
    this.held = memory.open(client, () -> asked.get() > 0);
    this.whenGone = whenGone;
    this.input = new ConnectionInput(channel, held, limits.waitingInputBytes());
    this.output = new ConnectionOutput(channel, held, limits.longestReplyBytes(), this::hasRead);
    this.wait = new ConnectionWait(channel, this::wake);
    this.replies = new PendingReplies(output.reply(), this::decided, this::resume);
    client.waker(this::wake);
  }

  /** Sends a push, which is this object's from now on; from any thread. */
  public void push(ByteBuf push) {
    ChannelFuture _ = output.sendApart(push);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    client.received(bytes.readableBytes());
    input.arrived(bytes);
    held.memory().relieve();
    wake();
  }

  /** The client has read some of its replies. */
  private void hasRead(int bytes) {
    client.sent(bytes);
    if (output.waits()) {
      wake();
    }
    input.goOn();
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
      long allowed = deadlines.requestMillis() + input.bytes() / deadlines.requestBytesAMilli();
      if (nowMillis - began > allowed) {
        closeAs("its client did not finish a request in time");
      }
    }
    if (output.stalledMillis(System.nanoTime()) > deadlines.replyMillis()) {
      closeAs("its client did not read its replies in time");
    }
    long active = Math.max(client.lastActiveMillis(), began);
    if (idleMillis > 0 && nowMillis - active > idleMillis && !isHeld()) {
      closeAs("its client has said nothing for long");
    }
    if (output.waits()) {
      wake();
    }
    input.goOn();
  }

  /** Whether its client has a reason to say nothing. */
  private boolean isHeld() {
    return client.isBlocked() || client.subscriptions() > 0;
  }

  /** Says how much is held now, and since when a part of a request waits. */
  private void count() {
    input.count();
    long kept = client.keptBytes();
    if (kept != keptBytes) {
      held.add(kept - keptBytes);
      keptBytes = kept;
    }
    input.goOn();
    boolean waitsForClient =
        !more && !parked && wait.call() == null && !full && input.decoder().isWithinRequest();
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
    resume(); // it need not wait for locks, or for the end of a pause
    wake(); // a worker gives back what it holds
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
    full = false;
    parked = false;
    try {
      work(burst);
    } catch (RuntimeException | Error e) {
      LOGGER.error("Connection from {} is closed after a failure", client.address(), e);
      ChannelFuture _ = channel.close();
      dispatcher.finish(burst);
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
      try {
        send();
        count();
      } catch (RuntimeException | Error e) { // a burst has others to tell
        LOGGER.error("Connection from {} is closed after a failure", client.address(), e);
        ChannelFuture _ = channel.close();
      }
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
      output.begin();
      output.reply().error(e.reply());
      client.closeAfterReply();
    } catch (ReplyTooLongException e) {
      LOGGER.warn("Connection from {} is closed: {}", client.address(), e.getMessage());
      held.close(); // the others have room from now on
      client.kill();
    }
  }

  private boolean runRequests(WriteBurst burst) throws ProtocolException {
    if (wait.call() != null && !goOn(burst)) {
      return false;
    }
    RequestDecoder decoder = input.decoder();
    for (int i = 0; i < REQUESTS_AT_ONCE; i++) {
      full = output.isFull();
      if (full || client.isClosing()) {
        return false;
      }
      WireLimits wire = client.isAuthenticated() ? wireLimits.get() : WireLimits.STRANGER;
      decoder.limit(wire);
      if (!again && !decoder.next()) {
        if (input.take()) {
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
      MultiState multi = client.multi();
      if (multi != null && multi.heldBytes() > wire.requestBytes()) {
        closeAs("what its client has queued in MULTI is more than client-query-buffer-limit");
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
    output.begin();
    ReplyWriter reply = output.reply();
    executed++;
    Client.ReplyMode mode = client.replyMode();
    int mark = reply.mark();
    if (!dispatcher.run(client, request, replies, burst)) {
      return false;
    }
    Client.ReplyMode now = client.replyMode(); // the command may have changed it
    if (mode != Client.ReplyMode.ON
        && (now == Client.ReplyMode.OFF || now == Client.ReplyMode.SKIP)) {
      reply.buffer().writerIndex(mark);
      replies.silenced();
    }
    if (now == Client.ReplyMode.SKIP_NEXT) {
      client.reply(Client.ReplyMode.SKIP);
    } else if (now == Client.ReplyMode.SKIP && client.blocked() == null) { // else no reply yet
      client.reply(Client.ReplyMode.ON);
    }
    if (output.gatheredBytes() >= limits.replyBytes()) {
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
    try {
      wait.begin(call);
      client.waiting(call.wakeup().mayBeCutShort());
    } catch (IOException e) {
      stopWaiting();
      output.begin();
      output.reply().error(dispatcher.failure(e));
      return true;
    }
    return goOn(burst);
  }

  /** Looks whether the call that waits can be answered; true: it is. */
  private boolean goOn(WriteBurst burst) {
    BlockedCall call = wait.call();
    if (call == null) {
      return true;
    }
    Client.Unblocking how = client.unblocking();
    if (how != Client.Unblocking.NONE) {
      answerInVain(call, how == Client.Unblocking.ERROR);
      return true;
    }
    if (wait.takeChange()) {
      client.block(null);
      client.resuming(true);
      boolean _ = execute(call.request(), burst); // such a command waits for its locks
      client.resuming(false);
      if (client.blocked() == null) {
        stopWaiting();
        return true;
      }
      wait.lookedInVain();
    }
    if (wait.isOver()) {
      answerInVain(call, false);
      return true;
    }
    return false;
  }

  /** Ends the waiting of a call for which there was nothing. */
  private void answerInVain(BlockedCall call, boolean withError) {
    stopWaiting();
    dispatcher.waitedInVain(call.request());
    Client.ReplyMode mode = client.replyMode();
    if (mode == Client.ReplyMode.SKIP) {
      client.reply(Client.ReplyMode.ON);
    }
    if (mode == Client.ReplyMode.SKIP || mode == Client.ReplyMode.OFF) {
      return;
    }
    output.begin();
    if (withError) {
      dispatcher.refuse(output.reply(), "UNBLOCKED client unblocked via CLIENT UNBLOCK");
    } else {
      output.reply().noArray();
    }
  }

  private void stopWaiting() {
    client.block(null);
    client.waiting(false);
    wait.end();
  }

  private void send() {
    if (ended) {
      return;
    }
    if (client.isClosing()) {
      ended = true;
      input.drop();
      output.sendLast();
    } else {
      output.send();
    }
  }

  /** Gives back what it holds; the channel is closed. */
  private void release() {
    if (closed) {
      return;
    }
    closed = true;
    stopWaiting();
    dispatcher.leave(replies);
    client.unwatch();
    input.close();
    output.close();
    held.close();
  }
}
