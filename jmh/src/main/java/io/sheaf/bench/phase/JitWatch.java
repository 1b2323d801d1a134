package io.sheaf.bench.phase;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the JIT compiler still works: what is measured then is the compiler too, which
 * takes the cores from a program that has just begun, but not from a service that runs for days.
 *
 * <p><em>Thread safety:</em> none.
 */
final class JitWatch {
  /** The compiler rests when it works for less than this part of the time. */
  private static final double RESTING = 0.1;

  private final @Nullable CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
  private long lastNanos = System.nanoTime();
  private long lastCompiledMillis = compiledMillis();

  /** Whether it rested since the last call, or since this was made. */
  boolean rested() {
    long nanos = System.nanoTime();
    long compiled = compiledMillis();
    double part = (compiled - lastCompiledMillis) * 1e6 / Math.max(1, nanos - lastNanos);
    lastNanos = nanos;
    lastCompiledMillis = compiled;
    return part < RESTING;
  }

  private long compiledMillis() {
    return compiler == null || !compiler.isCompilationTimeMonitoringSupported()
        ? 0
        : compiler.getTotalCompilationTime();
  }
}
