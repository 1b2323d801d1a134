package io.sheaf.im.client;

/**
 * A device that is pushed to until this is closed.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who subscribed closes
 * it; a push that is under way may still come.
 */
public final class DeviceSubscription implements AutoCloseable {
  private final long newestPosition;
  private final Runnable end;

  DeviceSubscription(long newestPosition, Runnable end) {
    this.newestPosition = newestPosition;
    this.end = end;
  }

  /** The end of the queue: who is not there syncs; what comes behind it is pushed. */
  public long newestPosition() {
    return newestPosition;
  }

  @Override
  public void close() {
    end.run();
  }
}
