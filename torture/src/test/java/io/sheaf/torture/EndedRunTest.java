package io.sheaf.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sheaf.torture.machine.Mount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left on the machine of a run that was told to end in its middle. */
class EndedRunTest {
  private static final int ENDED_BY_TERM = 128 + 15;
  private static final long POLL_NANOS = 1_000_000;

  @TempDir private Path temporary;

  @Test
  void noProcessAndNoDirectoryIsLeft() throws Exception {
    Process run = start("kill");
    List<ProcessHandle> children = new ArrayList<>();
    await(
        run,
        () -> aChildWrites() && run.descendants().allMatch(children::add) && !children.isEmpty());
    assertEquals(ENDED_BY_TERM, end(run));
    for (ProcessHandle child : children) {
      assertEquals(child, child.onExit().get(60, TimeUnit.SECONDS));
    }
    assertNothingIsLeft();
  }

  @Test
  void noMountIsLeft() throws Exception {
    assumeTrue(Mount.obstacle().isEmpty(), "needs root, to mount a small file system");
    Process run = start("powercut");
    await(
        run,
        () -> mounts().contains(temporary + "/sheaf-torture-") && mounts().contains("/point ext4"));
    assertEquals(ENDED_BY_TERM, end(run));
    assertFalse(mounts().contains(temporary.toString()), EndedRunTest::mounts);
    assertNothingIsLeft();
  }

  /** Whether a process of the campaign has been started: it is given a file for its errors. */
  private boolean aChildWrites() {
    try (Stream<Path> files = Files.find(temporary, 2, (file, _) -> file.endsWith("complaints"))) {
      return files.findAny().isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String mounts() {
    try {
      return Files.readString(Path.of("/proc/mounts"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(Process run, BooleanSupplier moment) {
    while (!moment.getAsBoolean()) {
      assertTrue(run.isAlive(), "the run ended before its time");
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private void assertNothingIsLeft() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      List<String> left =
          files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(name -> name.startsWith("sheaf-torture-"))
              .toList();
      assertEquals(List.of(), left);
    }
    String printed = Files.readString(temporary.resolve("printed"));
    assertFalse(printed.contains("left behind") || printed.contains("FINDING"), printed);
    assertTrue(printed.contains("interrupted, done so far:\n"), printed);
  }

  private Process start(String campaign) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            System.getProperty("java.class.path"),
            TortureMain.class.getName(),
            "torture",
            campaign,
            "--seed",
            "1",
            "--count",
            "1000")
        .redirectErrorStream(true)
        .redirectOutput(temporary.resolve("printed").toFile())
        .start();
  }

  private static int end(Process run) throws InterruptedException {
    run.destroy();
    assertTrue(run.waitFor(60, TimeUnit.SECONDS), "the run did not end");
    return run.exitValue();
  }
}
