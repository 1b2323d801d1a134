package io.sheaf.server.client;

import io.sheaf.server.wire.Request;

/**
 * A call that waits for something to change.
 *
 * @param wakeup tells that it has
 * @param timeoutMillis how long it waits at most; 0: for ever
 * @param request what is executed again then; a copy
 */
public record BlockedCall(Wakeup wakeup, long timeoutMillis, Request request) {
  /** Memory that is kept for it, about, in bytes. */
  long heldBytes() {
    return request.heldBytes() + wakeup.heldBytes();
  }
}
