package io.sheaf.bench.phase;

import io.sheaf.cli.measure.ProcessFiles;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * What this process has used so far, as the operating system counts it.
 *
 * @param nanos the time, as {@link System#nanoTime} counts
 * @param cpuNanos CPU time of all threads; exact to a hundredth of a second
 * @param deviceWriteBytes bytes that it caused to be written to devices
 * @param cancelledWriteBytes of these, bytes that were given up before they were written
 * @param deviceReadBytes bytes that it caused to be read from devices
 */
record Usage(
    long nanos,
    long cpuNanos,
    OptionalLong deviceWriteBytes,
    OptionalLong cancelledWriteBytes,
    OptionalLong deviceReadBytes) {
  private static final ProcessFiles FILES = ProcessFiles.ofThisProcess();

  static Usage now() {
    return new Usage(
        System.nanoTime(),
        ProcessHandle.current().info().totalCpuDuration().map(Duration::toNanos).orElse(0L),
        FILES.deviceWriteBytes(),
        FILES.cancelledWriteBytes(),
        FILES.deviceReadBytes());
  }

  /** What was used since {@code earlier}. */
  static Usage since(Usage earlier) {
    Usage now = now();
    return new Usage(
        now.nanos - earlier.nanos,
        now.cpuNanos - earlier.cpuNanos,
        difference(now.deviceWriteBytes, earlier.deviceWriteBytes),
        difference(now.cancelledWriteBytes, earlier.cancelledWriteBytes),
        difference(now.deviceReadBytes, earlier.deviceReadBytes));
  }

  /** The most memory that the process ever had in RAM. */
  static OptionalLong peakResidentBytes() {
    return FILES.peakResidentBytes();
  }

  private static OptionalLong difference(OptionalLong now, OptionalLong earlier) {
    return now.isEmpty() || earlier.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(now.getAsLong() - earlier.getAsLong());
  }
}
