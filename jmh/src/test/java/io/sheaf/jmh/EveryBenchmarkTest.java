package io.sheaf.jmh;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Each benchmark still runs; how fast it is, is not looked at. */
final class EveryBenchmarkTest {
  private static final int INVOCATIONS = 2;

  @Test
  void eachRuns() throws RunnerException {
    System.setProperty("jmh.ignoreLock", "true"); // another JMH may measure on this machine
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("^" + EveryBenchmarkTest.class.getPackageName() + "\\.")
                    .mode(Mode.SingleShotTime)
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementBatchSize(INVOCATIONS)
                    .param("rows", "10000")
                    .param("runs", "4")
                    .param("blockBytes", "8192")
                    .param("dictionaryBytes", "16384")
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    assertFalse(results.isEmpty(), "no benchmark was found");
  }
}
