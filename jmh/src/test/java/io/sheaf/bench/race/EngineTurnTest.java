package io.sheaf.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.summary.EngineRun;
import io.sheaf.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the store of a worker that failed. */
final class EngineTurnTest {
  @TempDir private Path directory;

  @Test
  void staysWhereThereIsRoomForTheNext() throws IOException, InterruptedException {
    EngineRun.Failure failure = failure(false, 0);
    assertEquals(directory.resolve("store"), failure.store());
    assertTrue(Files.exists(directory.resolve("store/000001.sst")));
  }

  @Test
  void goesWhereTheNextWouldHaveNoRoom() throws IOException, InterruptedException {
    EngineRun.Failure failure = failure(false, Long.MAX_VALUE);
    assertNull(failure.store());
    assertTrue(failure.text().startsWith("row 17 of user 3 is missing"), failure.text());
    assertTrue(failure.text().contains("its store is removed"), failure.text());
    assertFalse(Files.exists(directory.resolve("store")));
  }

  @Test
  void staysWhereTheUserSaysSo() throws IOException, InterruptedException {
    assertNotNull(failure(true, Long.MAX_VALUE).store());
    assertTrue(Files.exists(directory.resolve("store/000001.sst")));
  }

  private EngineRun.Failure failure(boolean kept, long roomBytes)
      throws IOException, InterruptedException {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    Console console = new Console(nowhere, nowhere, false);
    Path store = directory.resolve("store");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dfake=loses",
            "-Dfake.engine=sheaf",
            "-cp",
            System.getProperty("java.class.path"),
            FakeWorker.class.getName(),
            "--engine",
            "sheaf",
            "--dir",
            store.toString());
    try (RaceProgress progress = new RaceProgress(console, false, 1, 1, EngineName.SHEAF)) {
      EngineTurn turn =
          new EngineTurn(EngineName.SHEAF, 1, store, directory.resolve("log"), progress);
      EngineRun.Failure failure = turn.run(command, null, kept, roomBytes).failure();
      assertNotNull(failure);
      return failure;
    }
  }
}
