package io.sheaf.lsm.coding;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class behind which a buffer off the heap was found that nobody closed. JUnit finds
 * it by itself, in each module that has the fixtures of this one.
 *
 * <p>Every buffer is watched, see {@code io.netty.leakDetection.level} in the build. One that a
 * class leaves in a static field until later is reported behind a later class; the report says
 * where the buffer was allocated.
 */
public final class LeakCheck implements AfterAllCallback {
  private static final long GC_MILLIS = 5_000;
  private static final List<String> LEAKS = new CopyOnWriteArrayList<>();

  static {
    // Before Netty makes its first buffer.
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new CollectingFactory());
  }

  /** Called by JUnit. */
  public LeakCheck() {}

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    collectGarbage();
    NativeBuffer.allocate(1).close(); // lets the detector look
    List<String> found = List.copyOf(LEAKS);
    LEAKS.clear();
    if (!found.isEmpty()) {
      throw new AssertionError(
          found.size() + " buffers were not closed; one was allocated here:\n" + found.getFirst());
    }
  }

  /** Returns when the garbage there is now was found. */
  private static void collectGarbage() throws InterruptedException {
    ReferenceQueue<Object> queue = new ReferenceQueue<>();
    PhantomReference<Object> garbage = new PhantomReference<>(new Object(), queue);
    try {
      System.gc();
      if (queue.remove(GC_MILLIS) == null) {
        throw new AssertionError("no garbage was collected within " + GC_MILLIS + " ms");
      }
    } finally {
      Reference.reachabilityFence(garbage);
    }
  }

  private static final class CollectingFactory extends ResourceLeakDetectorFactory {
    @Override
    @SuppressWarnings("deprecation") // abstract in the base class all the same
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval, long maxActive) {
      return new CollectingDetector<>(resource, samplingInterval);
    }
  }

  private static final class CollectingDetector<T> extends ResourceLeakDetector<T> {
    CollectingDetector(Class<?> resource, int samplingInterval) {
      super(resource, samplingInterval);
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
      LEAKS.add(resourceType + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
      LEAKS.add(resourceType + " (allocated nobody knows where)");
    }
  }
}
