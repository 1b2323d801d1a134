package io.sheaf.bench.summary;

import static io.sheaf.bench.engine.EngineName.ROCKSDB_LEVELED;
import static io.sheaf.bench.engine.EngineName.ROCKSDB_ZSTD;
import static io.sheaf.bench.engine.EngineName.SHEAF;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.bench.phase.PhaseName;
import io.sheaf.bench.phase.Tempo;
import io.sheaf.cli.demo.Shape;
import io.sheaf.lsm.db.Durability;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RaceSettingsTest {
  @Test
  void eachRoundBeginsWithAnotherEngine() {
    RaceSettings settings = SampleOutcome.settings(List.of(SHEAF, ROCKSDB_LEVELED, ROCKSDB_ZSTD));
    assertEquals(List.of(SHEAF, ROCKSDB_LEVELED, ROCKSDB_ZSTD), settings.order(1));
    assertEquals(List.of(ROCKSDB_LEVELED, ROCKSDB_ZSTD, SHEAF), settings.order(2));
    assertEquals(List.of(ROCKSDB_ZSTD, SHEAF, ROCKSDB_LEVELED), settings.order(3));
    assertEquals(settings.order(1), settings.order(4));
  }

  @Test
  void theLargerStoreNeedsMoreSpace() {
    RaceSettings usual = SampleOutcome.settings(List.of(SHEAF));
    assertTrue(usual.neededBytes() > 2 * 430 * usual.rows(), () -> "" + usual.neededBytes());
    assertTrue(!usual.phases().contains(PhaseName.TENFOLD));
  }

  @Test
  void phasesThatWriteAtASteadyRateNeedSpaceHoweverFewTheRows() {
    long load = small(PhaseName.LOAD).neededBytes();
    long mixed = small(PhaseName.LOAD, PhaseName.MIXED).neededBytes();
    long all = small(PhaseName.LOAD, PhaseName.MIXED, PhaseName.TTL).neededBytes();
    Tempo tempo = Tempo.ofRace(1_000);
    assertTrue(mixed - load > 430 * tempo.mixedRows(), load + " " + mixed);
    assertTrue(all - mixed > 430 * tempo.expiringRows(), mixed + " " + all);
    assertTrue(tempo.mixedRows() > 500_000 && tempo.expiringRows() > 500_000, tempo::toString);
  }

  private static RaceSettings small(PhaseName... phases) {
    return new RaceSettings(
        List.of(SHEAF),
        Shape.DENSE,
        1_000,
        20,
        8,
        Durability.WRITTEN,
        2L << 30,
        1L << 28,
        1,
        1,
        List.of(phases),
        List.of());
  }

  @Test
  void theMachineIsReadFromProc() {
    assertEquals("23.5 GiB", Machine.memory("MemTotal:       24641536 kB\nMemFree: 1 kB\n"));
    assertEquals("unknown", Machine.memory(""));
    assertEquals(
        "Some CPU @ 2.00GHz",
        Machine.processor("processor\t: 0\nmodel name\t: Some CPU @ 2.00GHz\n"));
  }
}
