package io.sheaf.compaction;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.compact.CompactionLimits;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the policy costs on the standard workload, by simulation: bytes that merges write. */
class WriteAmplificationTest {
  private static final CompactionLimits LIMITS = new CompactionLimits(1, 1.25, 0, 64 << 20, 16);
  private static final long SEED = 20250101;

  @ParameterizedTest
  @CsvSource({
    // users, flushes, bytes that merges may write for a user's byte
    "20000, 17, 0.12",
    "20000, 170, 0.16",
    "1000000, 17, 0.52",
    "1000000, 170, 1.1",
  })
  void mergesWriteLittle(int users, int flushes, double mostMajor) {
    SimulatedWorkload workload = new SimulatedWorkload(users, 4 << 10, LIMITS, SEED);
    long runsSeen = 0;
    for (int i = 0; i < flushes; i++) {
      workload.flush();
      runsSeen += workload.runs();
    }
    String result =
        String.format(
            Locale.ROOT,
            "%,d users, %d flushes: flushes %.3f, merges %.3f; %d runs, %.1f in the mean, at most %d",
            users,
            flushes,
            workload.flushAmplification(),
            workload.majorAmplification(),
            workload.runs(),
            (double) runsSeen / flushes,
            workload.mostRuns);
    System.out.println(result);
    assertTrue(workload.majorAmplification() <= mostMajor, result);
    assertTrue(workload.mostRuns <= 12, result);
  }

  @ParameterizedTest
  @CsvSource({"20000", "1000000"})
  void readsThatPaidForItLeaveOneRun(int users) {
    SimulatedWorkload workload = new SimulatedWorkload(users, 4 << 10, LIMITS, SEED);
    for (int i = 0; i < 17; i++) {
      workload.flush();
    }
    long before = workload.majorBytes;
    double paid = 0;
    double debt = 0;
    while (workload.runs() > 1) {
      paid += 10 << 20;
      debt += 10 << 20;
      if (workload.compact(PickContext.at(1).withReadDebt(debt)) > 0) {
        debt = 0;
      }
    }
    long written = workload.majorBytes - before;
    String result =
        String.format(
            Locale.ROOT, "%,d users: %,d bytes written for %,.0f read", users, written, paid);
    System.out.println(result);
    assertTrue(written <= 2 * paid, result);
  }
}
