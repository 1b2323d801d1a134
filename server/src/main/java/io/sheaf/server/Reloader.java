package io.sheaf.server;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every few seconds whether certificates or users have changed in their files.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who started it closes
 * it.
 */
final class Reloader implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Reloader.class);
  private static final long PERIOD_SECONDS = 5;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("sheaf-reload", true));
  private final Files files;
  private String lastFailure = "";

  /** Files that are read again. */
  interface Files {
    /** Reads what has changed; answers whether something has. */
    boolean reload() throws IOException;
  }

  private Reloader(Files files) {
    this.files = files;
  }

  static Reloader start(Files files) {
    Reloader reloader = new Reloader(files);
    ScheduledFuture<?> _ =
        reloader.thread.scheduleWithFixedDelay(
            reloader::look, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    return reloader;
  }

  private void look() {
    try {
      if (files.reload()) {
        LOGGER.info("Certificates or users were read again, as their files have changed");
      }
      lastFailure = "";
    } catch (IOException | RuntimeException e) {
      if (!e.toString().equals(lastFailure)) { // says it once, not every few seconds
        lastFailure = e.toString();
        LOGGER.warn(
            "Certificates or users could not be read again; they are as they were: {}", why(e));
        LOGGER.debug("Where that was found", e);
      }
    }
  }

  /** A mistake in a file says where it is, and a file that is not there is named. */
  private static String why(Exception e) {
    return e.getClass() == IOException.class ? String.valueOf(e.getMessage()) : e.toString();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
