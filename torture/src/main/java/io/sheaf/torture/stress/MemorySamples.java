package io.sheaf.torture.stress;

import io.netty.buffer.PooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * Memory of a process that works for long: what is on the heap after a collection, and what is
 * taken off the heap. It is steady when the last third of the samples is not above what the second
 * third was, but for a little.
 *
 * <p><b>Thread safety.</b> None.
 */
final class MemorySamples {
  private static final int FEWEST = 30;
  private static final long SLACK_BYTES = 8L << 20;

  private record Sample(long heapBytes, long directBytes) {}

  private final List<Sample> samples = new ArrayList<>();

  /** Collects what is not used any more, and looks. */
  void take() {
    ManagementFactory.getMemoryMXBean().gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    samples.add(new Sample(heap, PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory()));
  }

  /**
   * Judges what was sampled, where there is enough of it.
   *
   * @throws AssertionError when memory grows
   */
  void checkSteady() {
    if (samples.size() >= FEWEST) {
      checkSteady("the heap", Sample::heapBytes);
      checkSteady("memory off the heap", Sample::directBytes);
    }
  }

  /** The range of the second half, in words. */
  String text() {
    List<Sample> later = samples.subList(samples.size() / 2, samples.size());
    return "heap "
        + range(later, Sample::heapBytes)
        + ", direct "
        + range(later, Sample::directBytes);
  }

  private void checkSteady(String what, ToLongFunction<Sample> bytes) {
    int third = samples.size() / 3;
    long before = most(samples.subList(third, 2 * third), bytes);
    long after = most(samples.subList(2 * third, samples.size()), bytes);
    if (after > before + before / 8 + SLACK_BYTES) {
      throw new AssertionError(what + " grows: " + before + " bytes, then " + after);
    }
  }

  private static long most(List<Sample> samples, ToLongFunction<Sample> bytes) {
    return samples.stream().mapToLong(bytes).max().orElse(0);
  }

  private static String range(List<Sample> samples, ToLongFunction<Sample> bytes) {
    long least = samples.stream().mapToLong(bytes).min().orElse(0);
    return String.format(Locale.ROOT, "%d to %d MB", least >> 20, most(samples, bytes) >> 20);
  }
}
