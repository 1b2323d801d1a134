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
  private boolean refused;

  /** Keeps a copy of {@code request} for EXEC. */
  public void add(Request request) {
    queued.add(request.copy());
  }

  /** Says that one could not be kept, so that EXEC is refused. */
  public void refuse() {
    refused = true;
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
