package io.sheaf.cli.console;

/**
 * Does something when the JVM is told to exit before it is closed, as by Ctrl-C.
 *
 * <p><em>Thread safety:</em> safe for any number of threads.
 */
public final class ExitHook implements AutoCloseable {
  private final Thread thread;

  /** Has {@code action} done at an early exit. */
  public ExitHook(String name, Runnable action) {
    thread = new Thread(action, name);
    Runtime.getRuntime().addShutdownHook(thread);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException e) {
      // it is exiting, and the action is being done
    }
  }
}
