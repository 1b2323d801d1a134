package io.sheaf.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program in a process of its own, as people and scripts run it. */
public final class ToolProcess {
  private static final int MOST_SECONDS = 120;

  private ToolProcess() {}

  /** Starts {@code sheaf} with these arguments; the caller sees to its end. */
  public static Process start(Path out, Path err, Object... arguments) throws IOException {
    return builder(err, arguments).redirectOutput(out.toFile()).start();
  }

  /** The same with a pipe for its output, which the caller reads. */
  public static Process startPiped(Path err, Object... arguments) throws IOException {
    return builder(err, arguments).start();
  }

  private static ProcessBuilder builder(Path err, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx256m", "-XX:MaxDirectMemorySize=2g", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.sheaf.cli.SheafMain");
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new ProcessBuilder(command).redirectError(err.toFile());
  }

  /** Runs {@code sheaf} with these arguments to its end. */
  public static CommandRun run(Object... arguments) throws IOException, InterruptedException {
    Path out = Files.createTempFile("sheaf", ".out");
    Path err = Files.createTempFile("sheaf", ".err");
    try {
      Process process = start(out, err, arguments);
      if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("still running after " + MOST_SECONDS + " s");
      }
      return new CommandRun(
          process.exitValue(),
          Files.readAllBytes(out),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }
}
