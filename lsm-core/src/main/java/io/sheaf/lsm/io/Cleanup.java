package io.sheaf.lsm.io;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What was opened so far, to be closed again in the reverse order when the rest fails.
 *
 * <p><b>Thread safety.</b> None.
 */
public final class Cleanup {
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /** Nothing was opened yet. */
  public Cleanup() {}

  /** Notes what was opened, and returns it. */
  public <T extends AutoCloseable> T add(T resource) {
    opened.push(resource);
    return resource;
  }

  /** Closes all; what fails on the way is added to {@code cause}. */
  public void run(Throwable cause) {
    while (!opened.isEmpty()) {
      close(opened.pop(), cause);
    }
  }

  /** Closes {@code resource} because of {@code cause}, to which is added what fails then. */
  static void close(AutoCloseable resource, Throwable cause) {
    try {
      resource.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cause.addSuppressed(e);
    } catch (Exception e) {
      cause.addSuppressed(e);
    }
  }
}
