package io.sheaf.lsm.cache;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Measures what a piece of code allocates on the heap once it is compiled. */
public final class AllocatedBytes {
  private static final int ROUNDS = 20;

  private AllocatedBytes() {}

  /** Something measured. */
  @FunctionalInterface
  public interface Action {
    void run() throws Exception;
  }

  /** Bytes that the cheapest of many runs of {@code action} allocated in this thread. */
  public static long of(Action action) throws Exception {
    long lowest = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      long before = soFar();
      action.run();
      lowest = Math.min(lowest, soFar() - before);
    }
    return lowest;
  }

  /**
   * Bytes that this thread has allocated in its life. Asked for by name: the interface that
   * declares it belongs to one JDK.
   */
  public static long soFar() {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    try {
      ObjectName threads = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
      return (Long) server.getAttribute(threads, "CurrentThreadAllocatedBytes");
    } catch (JMException e) {
      throw new IllegalStateException("this JVM does not count what a thread allocates", e);
    }
  }
}
