package io.sheaf.bench.summary;

import static io.sheaf.bench.engine.EngineName.ROCKSDB_LEVELED;
import static io.sheaf.bench.engine.EngineName.ROCKSDB_ZSTD;
import static io.sheaf.bench.engine.EngineName.SHEAF;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.bench.phase.PhaseName;
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
  void theMachineIsReadFromProc() {
    assertEquals("23.5 GiB", Machine.memory("MemTotal:       24641536 kB\nMemFree: 1 kB\n"));
    assertEquals("unknown", Machine.memory(""));
    assertEquals(
        "Some CPU @ 2.00GHz",
        Machine.processor("processor\t: 0\nmodel name\t: Some CPU @ 2.00GHz\n"));
  }
}
