package io.sheaf.testdata;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

final class RowGeneratorTest {
  @Test
  void allocatesNothingForARow() throws JMException {
    StandardWorkload workload = new StandardWorkload(200_000, 1_000, 5);
    RowGenerator warmUp = workload.generator(0, 100_000);
    RowGenerator generator = workload.generator(100_000, 200_000);
    Row row = new Row();
    drain(warmUp, row);
    allocatedBytes();
    long before = allocatedBytes();
    drain(generator, row);
    long allocated = allocatedBytes() - before;
    assertTrue(allocated < 100_000, "100,000 rows allocated " + allocated + " bytes");
  }

  private static void drain(RowGenerator generator, Row row) {
    boolean more = true;
    while (more) {
      more = generator.next(row);
    }
  }

  /** What this thread has allocated so far, and a few hundred bytes that asking costs. */
  private static long allocatedBytes() throws JMException {
    ObjectName threads = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
    Object bytes =
        ManagementFactory.getPlatformMBeanServer()
            .getAttribute(threads, "CurrentThreadAllocatedBytes");
    return (Long) bytes;
  }
}
