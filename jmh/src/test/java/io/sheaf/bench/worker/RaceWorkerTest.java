package io.sheaf.bench.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.bench.phase.RecordedOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RaceWorkerTest {
  @TempDir private Path directory;

  private final RecordedOutput output = new RecordedOutput();

  @Test
  void runsPhasesInTheirOrder() {
    assertEquals(0, run("--engine", "rocksdb-universal", "--phases", "disk,load"));
    assertEquals(List.of(), output.failures());
    List<String> names = List.copyOf(output.results().keySet());
    assertTrue(names.getFirst().startsWith("load: "), names::toString);
    assertTrue(names.getLast().startsWith("disk: "), names::toString);
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertEquals(2, run("--engine", "leveldb", "--phases", "load"));
    assertEquals(2, run("--engine", "sheaf", "--phases", "load,lunch"));
    assertEquals(2, run("--engine", "sheaf", "--phases", "disk"));
  }

  @Test
  void refusesADirectoryThatIsInUse() throws IOException {
    Files.writeString(directory.resolve("letter.txt"), "keep me");
    assertEquals(2, run("--engine", "sheaf", "--phases", "load"));
  }

  private int run(String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--dir",
                directory.toString(),
                "--rows",
                "1000",
                "--users",
                "20",
                "--durability",
                "sync",
                "--memory",
                "16777216"));
    all.addAll(List.of(arguments));
    return RaceWorker.run(output, null, all.toArray(String[]::new));
  }
}
