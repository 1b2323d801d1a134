package io.sheaf.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.summary.SampleOutcome;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WorkerCommandLineTest {
  @Test
  void theBoundOffTheHeapIsWhatTheHeapLeaves() {
    List<String> options = WorkerCommandLine.jvmOptions(2L << 30, List.of("-Dx=y"));
    assertTrue(options.contains("-XX:MaxDirectMemorySize=1664m"), "" + options);
    assertTrue(options.contains("-XX:+UseG1GC"), "" + options);
    assertEquals("-Dx=y", options.getLast());
  }

  @Test
  void theUserMayChooseAnotherCollector() {
    List<String> options = WorkerCommandLine.jvmOptions(2L << 30, List.of("-XX:+UseZGC"));
    assertFalse(options.contains("-XX:+UseG1GC"), "" + options);
  }

  @Test
  void allEnginesHaveTheSameCommandButForTheirNameAndStore() {
    Path directory = Path.of("/stores/x");
    var settings = SampleOutcome.settings(List.of(EngineName.values()));
    List<String> ours =
        WorkerCommandLine.of(settings, EngineName.SHEAF, directory, WorkerCommandLine.WORKER);
    List<String> theirs =
        WorkerCommandLine.of(
            settings, EngineName.ROCKSDB_BLOB, directory, WorkerCommandLine.WORKER);
    assertEquals(
        ours, theirs.stream().map(word -> word.equals("rocksdb-blob") ? "sheaf" : word).toList());
    assertEquals("1073741824", ours.get(ours.indexOf("--memory") + 1));
    assertEquals("written", ours.get(ours.indexOf("--durability") + 1));
  }
}
