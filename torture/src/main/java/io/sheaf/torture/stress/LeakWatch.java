package io.sheaf.torture.stress;

import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Listens to Netty, which says when memory off the heap was forgotten without being given back, and
 * has it look at each buffer.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who made it closes it.
 */
final class LeakWatch extends Handler implements AutoCloseable {
  private static final Logger LEAKS = Logger.getLogger(ResourceLeakDetector.class.getName());

  private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
  private final Queue<String> leaks = new ConcurrentLinkedQueue<>();

  LeakWatch() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    LEAKS.addHandler(this);
  }

  /**
   * Judges what was heard.
   *
   * @throws AssertionError when something was forgotten
   */
  void check() {
    String first = leaks.peek();
    if (first != null) {
      throw new AssertionError(leaks.size() + " buffers were not given back: " + first);
    }
  }

  @Override
  public void publish(LogRecord said) {
    leaks.add(String.valueOf(said.getMessage()));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    LEAKS.removeHandler(this);
    ResourceLeakDetector.setLevel(before);
  }
}
