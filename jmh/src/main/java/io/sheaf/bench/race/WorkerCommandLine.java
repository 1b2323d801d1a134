package io.sheaf.bench.race;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.phase.PhaseName;
import io.sheaf.bench.summary.RaceSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The command that runs a worker: the same JVM options for every engine.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class WorkerCommandLine {
  /** The main class of a worker, unless a test says another. */
  static final String WORKER = "io.sheaf.bench.worker.RaceWorker";

  /** What the heap of every worker has, from the start. */
  static final long HEAP_BYTES = 384L << 20;

  /** Besides the bound for memory off the heap, which is all that the heap leaves of the limit. */
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-Xms" + (HEAP_BYTES >> 20) + "m",
          "-Xmx" + (HEAP_BYTES >> 20) + "m",
          // as the launcher has it: pauses of 20 ms else are the slowest thousandth of paced writes
          "-XX:MaxGCPauseMillis=5",
          // standard output is for the lines of the race
          "-Xlog:disable",
          "-Xlog:all=warning:stderr",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  /** Named, as the JVM would choose another for less memory. */
  private static final String COLLECTOR = "-XX:+UseG1GC";

  private static final Pattern A_COLLECTOR = Pattern.compile("-XX:\\+Use\\w+GC");

  private WorkerCommandLine() {}

  /** The JVM's options for a worker that is held to {@code memoryBytes}. */
  static List<String> jvmOptions(long memoryBytes, List<String> more) {
    List<String> options = new ArrayList<>(JVM_OPTIONS);
    options.add("-XX:MaxDirectMemorySize=" + ((memoryBytes - HEAP_BYTES) >> 20) + "m");
    if (more.stream().noneMatch(option -> A_COLLECTOR.matcher(option).matches())) {
      options.add(COLLECTOR); // the JVM takes one of them only
    }
    options.addAll(more);
    return List.copyOf(options);
  }

  static List<String> of(
      RaceSettings settings, EngineName engine, Path directory, String mainClass) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(settings.javaOptions());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    command.addAll(List.of("--engine", engine.label()));
    command.addAll(List.of("--dir", directory.toString()));
    command.addAll(List.of("--shape", settings.shape().toString()));
    command.addAll(List.of("--rows", Long.toString(settings.rows())));
    command.addAll(List.of("--users", Integer.toString(settings.users())));
    command.addAll(List.of("--batch", Integer.toString(settings.batchRows())));
    command.addAll(List.of("--durability", settings.durabilityLabel()));
    command.addAll(List.of("--memory", Long.toString(settings.engineMemoryBytes())));
    command.addAll(List.of("--seed", Long.toString(settings.seed())));
    command.add("--phases");
    command.add(settings.phases().stream().map(PhaseName::label).collect(Collectors.joining(",")));
    return List.copyOf(command);
  }
}
