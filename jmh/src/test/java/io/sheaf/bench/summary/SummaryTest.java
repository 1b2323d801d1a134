package io.sheaf.bench.summary;

import static io.sheaf.bench.engine.EngineName.ROCKSDB_BLOB;
import static io.sheaf.bench.engine.EngineName.ROCKSDB_LEVELED;
import static io.sheaf.bench.engine.EngineName.ROCKSDB_UNIVERSAL;
import static io.sheaf.bench.engine.EngineName.SHEAF;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.result.Line;
import io.sheaf.bench.result.Line.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SummaryTest {
  private static final double EXACT = 1e-12;

  private final List<EngineRun> runs = new ArrayList<>();

  @Test
  void theMedianIsTheMiddleOrTheMeanOfTheTwoInTheMiddle() {
    assertEquals(7, new Spread(List.of(7.0)).median());
    assertEquals(3, new Spread(List.of(9.0, 1.0, 3.0)).median());
    assertEquals(4, new Spread(List.of(9.0, 1.0, 5.0, 3.0)).median());
    assertEquals(1, new Spread(List.of(9.0, 1.0, 5.0, 3.0)).lowest());
    assertEquals(9, new Spread(List.of(9.0, 1.0, 5.0, 3.0)).highest());
    assertThrows(IllegalArgumentException.class, () -> new Spread(List.of()));
  }

  @Test
  void whereHigherIsBetterTheRatioIsOursByTheirs() {
    add(SHEAF, 1, true, 300);
    add(ROCKSDB_LEVELED, 1, true, 100);
    add(ROCKSDB_UNIVERSAL, 1, true, 150);
    SummaryLine line = line();
    assertEquals(ROCKSDB_UNIVERSAL, line.best());
    assertEquals(2, ratio(line).median(), EXACT);
  }

  @Test
  void whereLowerIsBetterTheRatioIsTheirsByOurs() {
    add(SHEAF, 1, false, 300);
    add(ROCKSDB_LEVELED, 1, false, 100);
    add(ROCKSDB_UNIVERSAL, 1, false, 150);
    SummaryLine line = line();
    assertEquals(ROCKSDB_LEVELED, line.best());
    assertEquals(1 / 3.0, ratio(line).median(), EXACT);
  }

  @Test
  void ratiosAreTakenRoundByRound() {
    double[] ours = {100, 40, 60};
    double[] theirs = {50, 10, 60};
    for (int round = 1; round <= 3; round++) {
      add(SHEAF, round, true, ours[round - 1]);
      add(ROCKSDB_BLOB, round, true, theirs[round - 1]);
    }
    Spread ratio = ratio(line());
    assertEquals(List.of(2.0, 4.0, 1.0), ratio.values());
    assertEquals(2, ratio.median(), EXACT); // and not 60 / 50, that of the medians
  }

  @Test
  void anEvenNumberOfRoundsHasItsMedianBetween() {
    for (int round = 1; round <= 4; round++) {
      add(SHEAF, round, true, 10 * round);
      add(ROCKSDB_LEVELED, round, true, 10);
    }
    SummaryLine line = line();
    assertEquals(25, spread(line, SHEAF).median(), EXACT);
    assertEquals(2.5, ratio(line).median(), EXACT);
  }

  @Test
  void aRoundThatOneOfThemMissesHasNoRatio() {
    add(SHEAF, 1, true, 100);
    add(SHEAF, 2, true, 300);
    add(ROCKSDB_LEVELED, 2, true, 100);
    assertEquals(List.of(3.0), ratio(line()).values());
  }

  @Test
  void withoutSheafOrWithoutRocksDbThereIsNoRatio() {
    add(ROCKSDB_LEVELED, 1, true, 100);
    assertEquals(ROCKSDB_LEVELED, line().best());
    assertNull(line().ratio());
    runs.clear();
    add(SHEAF, 1, true, 100);
    assertNull(line().best());
    assertNull(line().ratio());
  }

  @Test
  void whatIsNoNumberIsNoRatio() {
    add(SHEAF, 1, true, 100);
    add(ROCKSDB_LEVELED, 1, true, 0);
    assertNull(line().ratio());
  }

  @Test
  void nothingIsNoTimesAnything() {
    add(SHEAF, 1, false, 0.2);
    add(ROCKSDB_LEVELED, 1, false, 0);
    add(SHEAF, 2, false, 0);
    add(ROCKSDB_LEVELED, 2, false, 0.2);
    add(SHEAF, 3, true, 0);
    add(ROCKSDB_LEVELED, 3, true, 5);
    Summary.of(runs).lines().forEach(line -> assertNull(line.ratio()));
  }

  @Test
  void aRunThatFailedIsLeftOut() {
    add(SHEAF, 1, true, 100);
    add(ROCKSDB_LEVELED, 1, true, 50);
    runs.add(
        EngineRun.of(
            SHEAF,
            2,
            1,
            List.of(new Line.Measurement("load", "rows", "rows/s", true, 1)),
            new EngineRun.Failure("get-cold", "row 7 is missing", null)));
    assertEquals(List.of(100.0), spread(line(), SHEAF).values());
  }

  @Test
  void linesStandInTheOrderOfThePhasesAndOfTheWorker() {
    runs.add(
        run(
            SHEAF,
            measurement("get-cold", "operations a second"),
            measurement("made-up", "something"),
            measurement("load", "rows a second while loading"),
            measurement("load", "rows a second, background finished")));
    runs.add(run(ROCKSDB_LEVELED, measurement("load", "stalls")));
    Summary summary = Summary.of(runs);
    assertEquals(
        List.of(
            "rows a second while loading",
            "rows a second, background finished",
            "stalls",
            "operations a second",
            "something"),
        summary.lines().stream().map(SummaryLine::metric).toList());
    assertEquals(List.of("load", "get-cold", "made-up"), summary.phases());
    assertEquals(
        List.of("rows a second, background finished", "operations a second", "something"),
        Headlines.of(summary).stream().map(SummaryLine::metric).toList());
  }

  @Test
  void ofTheStoreThatGrowsTheGrowthMattersFirst() {
    String growth = "CPU time a row, last tenth of the first";
    runs.add(
        run(
            SHEAF,
            measurement("tenfold", "CPU time a row, first tenth"),
            measurement("tenfold", growth)));
    assertEquals(
        List.of(growth), Headlines.of(Summary.of(runs)).stream().map(SummaryLine::metric).toList());
  }

  @Test
  void aCurveIsTheMedianAtEachPercentile() {
    for (int round = 1; round <= 3; round++) {
      List<Point> points =
          round == 2
              ? List.of(new Point(50, 20))
              : List.of(new Point(50, 10 * round), new Point(99, 100 * round));
      runs.add(
          EngineRun.of(
              SHEAF, round, 1, List.of(new Line.Curve("load", "write", "µs", points)), null));
    }
    assertEquals(
        Map.of(SHEAF, List.of(new Point(50, 20), new Point(99, 200))),
        Summary.of(runs).curves().getFirst().engines());
  }

  private void add(EngineName engine, int round, boolean higherIsBetter, double value) {
    runs.add(
        EngineRun.of(
            engine,
            round,
            1,
            List.of(new Line.Measurement("load", "rows", "rows/s", higherIsBetter, value)),
            null));
  }

  private static EngineRun run(EngineName engine, Line... lines) {
    return EngineRun.of(engine, 1, 1, List.of(lines), null);
  }

  private static Line measurement(String phase, String metric) {
    return new Line.Measurement(phase, metric, "1/s", true, 1);
  }

  private SummaryLine line() {
    List<SummaryLine> lines = Summary.of(runs).lines();
    assertEquals(1, lines.size());
    return lines.getFirst();
  }

  private static Spread ratio(SummaryLine line) {
    return present(line.ratio());
  }

  private static Spread spread(SummaryLine line, EngineName engine) {
    return present(line.engines().get(engine));
  }

  private static Spread present(@Nullable Spread spread) {
    assertNotNull(spread);
    return spread;
  }
}
