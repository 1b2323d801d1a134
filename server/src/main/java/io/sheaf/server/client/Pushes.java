package io.sheaf.server.client;

import io.sheaf.server.wire.ReplyWriter;
import java.util.function.Consumer;

/**
 * The way to a client for what it did not ask for: the pushes of RESP3.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public interface Pushes {
  /** To a client that is not connected. */
  Pushes NONE =
      new Pushes() {
        @Override
        public boolean push(Consumer<ReplyWriter> message) {
          return false;
        }

        @Override
        public void listen(Listener listener) {
          // nothing will happen
        }
      };

  /**
   * Sends what {@code message} writes, which is one push, between two replies.
   *
   * @return false: the client does not read what it was sent, or is gone; nothing was sent
   */
  boolean push(Consumer<ReplyWriter> message);

  /** Has {@code listener}, the only one, hear how the connection is from now on. */
  void listen(Listener listener);

  /** Hears how a connection is; called by its event loop, and has to be quick. */
  interface Listener {
    /** The client reads again. */
    void readsAgain();

    /** The client is gone. */
    void gone();
  }
}
