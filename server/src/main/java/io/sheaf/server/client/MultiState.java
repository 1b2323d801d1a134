package io.sheaf.server.client;

import io.sheaf.server.wire.Request;
import java.util.ArrayList;
import java.util.List;

/**
 * What came since MULTI.
 *
 * <p><b>Thread safety.</b> One thread at a time.
 */
public final class MultiState {
  private final List<Request> queued = new ArrayList<>();
  private long heldBytes;
  private boolean refused;
  private boolean writes;

  /** Keeps a copy of {@code request}, which writes or does not, for EXEC. */
  public void add(Request request, boolean writes) {
    this.writes |= writes;
    Request copy = request.copy();
    queued.add(copy);
    heldBytes += copy.heldBytes();
  }

  /** Memory that the requests take, about, in bytes. */
  public long heldBytes() {
    return heldBytes;
  }

  /** Says that one could not be kept, so that EXEC is refused. */
  public void refuse() {
    refused = true;
  }

  /** Whether one of them writes. */
  public boolean writes() {
    return writes;
  }

  /** Whether EXEC is refused. */
  public boolean isRefused() {
    return refused;
  }

  /** The requests, in order. */
  public List<Request> queued() {
    return queued;
  }
}
