package io.sheaf.bench.phase;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.engine.EngineSettings;
import io.sheaf.bench.engine.RowBatch;
import io.sheaf.cli.console.CommandFailure;
import io.sheaf.testdata.Row;
import io.sheaf.testdata.StandardWorkload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An engine that loses a row, or changes a byte of one, does not get through. */
final class WrongRowTest {
  private static final Tempo SHORT =
      new Tempo(
          Duration.ZERO,
          Duration.ofSeconds(1),
          Duration.ofMillis(10),
          4_000,
          Duration.ofMillis(500),
          1_000,
          1_000,
          Duration.ofSeconds(1),
          2);
  private static final StandardWorkload WORKLOAD = new StandardWorkload(2_000, 20, 1);
  private static final long WRONG_ROW = 1_999;

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(
      value = PhaseName.class,
      names = {"LATEST_COLD", "CURSOR_WARM", "GET_COLD", "MIXED", "MIXED_PACED"})
  void aRowThatIsNotThereIsAFailure(PhaseName phase) throws IOException, InterruptedException {
    refuses(phase, RowBatch::delete);
  }

  @ParameterizedTest
  @EnumSource(
      value = PhaseName.class,
      names = {"LATEST_WARM", "CURSOR_COLD", "UPDATE"})
  void aWrongByteIsAFailure(PhaseName phase) throws IOException, InterruptedException {
    byte[] wrong = WORKLOAD.valueOf(WRONG_ROW);
    wrong[wrong.length - 1] ^= 1;
    refuses(phase, (batch, key) -> batch.put(key, wrong, wrong.length));
  }

  private interface Damage {
    void to(RowBatch batch, byte[] key) throws IOException;
  }

  private void refuses(PhaseName phase, Damage damage) throws IOException, InterruptedException {
    EngineSettings settings = new EngineSettings(directory, 16 << 20, false, WORKLOAD.rows());
    RecordedOutput output = new RecordedOutput();
    try (RaceStore store = new RaceStore(EngineName.SHEAF, settings, WORKLOAD, 8, SHORT)) {
      new LoadPhase().run(store, new PhaseReport(output, PhaseName.LOAD));
      Row row = new Row();
      WORKLOAD.generator(WRONG_ROW, WRONG_ROW + 1).next(row);
      try (RowBatch batch = store.engine().newBatch()) {
        damage.to(batch, row.key());
        batch.write();
      }
      CommandFailure failure =
          assertThrows(
              CommandFailure.class, () -> phase.phase().run(store, new PhaseReport(output, phase)));
      assertTrue(String.valueOf(failure.getMessage()).startsWith("WRONG DATA"), failure::toString);
    }
  }
}
