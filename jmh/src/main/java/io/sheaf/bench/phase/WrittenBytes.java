package io.sheaf.bench.phase;

/** Tells what was written to the device for what the user wrote. */
final class WrittenBytes {
  private WrittenBytes() {}

  /** Bytes written for each of {@code userBytes}, with and without those that were given up. */
  static void report(PhaseReport report, String userByte, Usage used, long userBytes) {
    report.lowerIsBetter(
        "bytes written a " + userByte, "bytes", used.deviceWriteBytes(), userBytes);
    if (used.deviceWriteBytes().isPresent() && used.cancelledWriteBytes().isPresent()) {
      long reached = used.deviceWriteBytes().getAsLong() - used.cancelledWriteBytes().getAsLong();
      report.lowerIsBetter(
          "bytes written a " + userByte + ", less those given up in memory",
          "bytes",
          (double) reached / userBytes);
    }
  }
}
