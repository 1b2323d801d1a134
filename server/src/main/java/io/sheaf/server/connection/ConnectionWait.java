package io.sheaf.server.connection;

import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import io.sheaf.server.client.BlockedCall;
import io.sheaf.server.client.Wakeup;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection's call that waits, such as XREAD BLOCK: listens to what it waits for, and to the
 * clock. No thread waits with it.
 *
 * <p><b>Thread safety.</b> For the worker that has the connection.
 */
final class ConnectionWait {
  private final Channel channel;
  private final Runnable wake;
  private @Nullable BlockedCall call;
  private Wakeup.@Nullable Listening listening;
  private @Nullable ScheduledFuture<?> timeout;
  private long waits;

  // Said by others.
  private volatile boolean changed;

  /** Which of the waits has lasted its time. */
  private volatile long timedOut;

  /** {@code wake} has a worker look, and is called by any thread. */
  ConnectionWait(Channel channel, Runnable wake) {
    this.channel = channel;
    this.wake = wake;
  }

  /** The call that waits; null: none. */
  @Nullable BlockedCall call() {
    return call;
  }

  /**
   * Begins to wait. A look is due, as something may have changed before it listened; unless others
   * are to look before.
   */
  void begin(BlockedCall call) throws IOException {
    this.call = call;
    long wait = ++waits;
    changed = !call.wakeup().tellsWhenToBegin();
    listening =
        call.wakeup()
            .listen(() -> {
              changed = true;
              wake.run();
            });
    if (call.timeoutMillis() > 0) {
      timeout =
          channel
              .eventLoop()
              .schedule(
                  () -> {
                    timedOut = wait;
                    wake.run();
                  },
                  call.timeoutMillis(),
                  TimeUnit.MILLISECONDS);
    }
  }

  /** Whether something has changed since this was last asked. */
  boolean takeChange() {
    if (!changed) {
      return false;
    }
    changed = false;
    return true;
  }

  /** Says that it has looked, and that there was nothing. */
  void lookedInVain() {
    Wakeup.Listening heard = listening;
    if (heard != null) {
      heard.lookedInVain();
    }
  }

  /** Whether it has waited as long as it may. */
  boolean isOver() {
    return timedOut == waits;
  }

  /** Waits no more. */
  void end() {
    call = null;
    Wakeup.Listening heard = listening;
    listening = null;
    if (heard != null) {
      heard.close();
    }
    ScheduledFuture<?> scheduled = timeout;
    timeout = null;
    if (scheduled != null) {
      scheduled.cancel(false);
    }
  }
}
