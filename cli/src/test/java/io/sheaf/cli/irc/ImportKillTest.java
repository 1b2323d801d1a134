package io.sheaf.cli.irc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills importing processes at random moments, and imports again. */
final class ImportKillTest {
  private static final int KILLS = 4;
  private static final int LOGS = 6;
  private static final int LINES = 3_000;

  /** A JVM has started and begun to import by then, or is about to. */
  private static final int EARLIEST_MILLIS = 250;

  private static final int LATEST_MILLIS = 1_500;

  @TempDir private Path directory;

  @Test
  void leavesAStoreThatTheNextImportCompletes() throws Exception {
    long seed = Long.getLong("sheaf.test.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    List<Path> logs = writeLogs(random);
    Path killed = directory.resolve("killed");
    StringBuilder told =
        new StringBuilder("replay with -Dsheaf.test.seed=" + seed + "; killed after ms:");
    for (int i = 0; i < KILLS; i++) {
      int millis = random.nextInt(EARLIEST_MILLIS, LATEST_MILLIS);
      boolean ended = killImport(killed, logs, millis);
      told.append(' ').append(millis).append(ended ? " (was done)" : "");
    }
    System.out.println(told);
    importHere(killed, logs);
    Path whole = directory.resolve("whole");
    importHere(whole, logs);
    List<String> expected = StoreContent.of(whole);
    assertEquals(LOGS * LINES, StoreContent.messages(expected));
    assertTrue(expected.equals(StoreContent.of(killed)), told.toString());
  }

  /** Whether the import was done before it was killed. */
  private static boolean killImport(Path store, List<Path> logs, int millis) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx512m", "-XX:MaxDirectMemorySize=2g", "--enable-native-access=ALL-UNNAMED"));
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("io.sheaf.cli.SheafMain", "import", "irc", "--no-progress"));
    command.addAll(List.of("--store", store.toString()));
    logs.forEach(log -> command.add(log.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    boolean ended = process.waitFor(millis, TimeUnit.MILLISECONDS);
    process.destroyForcibly();
    int code = process.waitFor();
    assertTrue(!ended || code == 0, "the import itself failed with " + code);
    return ended;
  }

  private static void importHere(Path store, List<Path> logs) {
    List<Object> arguments = new ArrayList<>(List.of("import", "irc", "--no-progress"));
    arguments.addAll(List.of("--store", store));
    arguments.addAll(logs);
    CommandRun.of(arguments.toArray()).succeeds();
  }

  private List<Path> writeLogs(SplittableRandom random) throws IOException {
    List<Path> logs = new ArrayList<>();
    for (int day = 1; day <= LOGS; day++) {
      String[] lines = new String[LINES];
      for (int i = 0; i < LINES; i++) {
        int minute = i * 1440 / LINES;
        lines[i] =
            String.format(
                Locale.ROOT,
                "[%02d:%02d] <nick%d> %s",
                minute / 60,
                minute % 60,
                random.nextInt(200),
                "word ".repeat(random.nextInt(30)));
      }
      String name = String.format(Locale.ROOT, "2008-04-%02d.raw.txt", day);
      logs.add(LogText.write(directory.resolve(name), lines));
    }
    return logs;
  }
}
