package io.sheaf.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.summary.RaceOutcome;
import io.sheaf.bench.summary.SampleOutcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RaceJsonTest {
  private static final List<EngineName> ALL = List.of(EngineName.values());

  @Test
  void aLineHasMediansBestRatioAndSpread() throws IOException {
    JsonTree line =
        line(parse(SampleOutcome.of(ALL, "words")), "load", "bytes written a user byte");
    assertEquals("bytes", line.at("unit").value());
    assertEquals("lower", line.at("better").value());
    assertEquals(ALL.stream().map(EngineName::label).toList(), line.at("engines").names());
    assertTrue(String.valueOf(line.at("best").value()).startsWith("rocksdb-"));
    assertTrue(line.at("ratio").number() > 1, "three times as fast in the sample");
    JsonTree spread = line.at("spread", "sheaf");
    double median = line.at("engines", "sheaf").number();
    assertEquals(3, spread.at("rounds").list().size());
    assertTrue(spread.at("lowest").number() <= median);
    assertTrue(spread.at("highest").number() >= median);
  }

  @Test
  void settingsAndMachineAreThere() throws IOException {
    JsonTree results = parse(SampleOutcome.of(ALL, "words"));
    assertEquals("2026-11-21T08:15:00Z", results.at("date").value());
    assertEquals(3, results.at("rounds").number());
    assertEquals(3, results.at("roundsDone").number());
    assertEquals("dense", results.at("settings", "shape").value());
    assertEquals("written", results.at("settings", "durability").value());
    assertEquals(10_000_000, results.at("settings", "rows").number());
    assertEquals(
        List.of("cores", "memory", "processor", "kernel", "jdk", "disk"),
        results.at("machine").names());
    assertEquals("load", results.at("curves", 0, "phase").value());
    assertEquals(9, results.at("curves", 0, "engines", "sheaf").list().size());
    assertEquals(List.of("Reads are not cold: words"), results.at("notes").value());
  }

  @Test
  void withoutSheafTheRatioIsNull() throws IOException {
    JsonTree line =
        line(
            parse(SampleOutcome.of(List.of(EngineName.ROCKSDB_ZSTD), "words")),
            "disk",
            "bytes on disk a user byte");
    assertEquals("rocksdb-zstd", line.at("best").value());
    assertNull(line.at("ratio").value());
  }

  @Test
  void aFailureNamesEngineRoundPhaseAndRow() throws IOException {
    JsonTree failure =
        parse(
                SampleOutcome.withFailure(
                    SampleOutcome.of(ALL, "words"), EngineName.SHEAF, "row 17 is missing"))
            .at("failures", 0);
    assertEquals("sheaf", failure.at("engine").value());
    assertEquals(3, failure.at("round").number());
    assertEquals("get-cold", failure.at("phase").value());
    assertEquals("row 17 is missing", failure.at("text").value());
  }

  private static JsonTree parse(RaceOutcome outcome) throws IOException {
    return JsonTree.parse(RaceJson.of(outcome));
  }

  private static JsonTree line(JsonTree results, String phase, String metric) {
    return results.at("phases").list().stream()
        .filter(line -> phase.equals(line.at("phase").value()))
        .filter(line -> metric.equals(line.at("metric").value()))
        .findFirst()
        .orElseThrow();
  }
}
