package io.sheaf.bench.worker;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.engine.EngineSettings;
import io.sheaf.bench.phase.EnginePhases;
import io.sheaf.bench.phase.PhaseName;
import io.sheaf.bench.phase.Tempo;
import io.sheaf.bench.result.JsonLinesOutput;
import io.sheaf.bench.result.Output;
import io.sheaf.cli.console.EmptyDirectory;
import io.sheaf.cli.demo.Shape;
import io.sheaf.testdata.StandardWorkload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * A process of the race: one engine, one store. Standard output has the lines that {@link Output}
 * describes, and nothing else.
 */
@Command(name = "race-worker", description = "Runs one engine's part of the race.")
public final class RaceWorker implements Callable<Integer> {
  private static final int FAILED = 1;

  private final Output output;

  @Option(names = "--engine", required = true, paramLabel = "NAME")
  private String engine = "";

  @Option(names = "--dir", required = true, paramLabel = "DIR")
  private Path directory = Path.of("");

  @Option(names = "--shape", paramLabel = "SHAPE")
  private Shape shape = Shape.DENSE;

  @Option(names = "--rows", required = true, paramLabel = "N")
  private long rows;

  @Option(names = "--users", paramLabel = "N")
  private @Nullable Integer users;

  @Option(names = "--batch", paramLabel = "N")
  private int batchRows = 8;

  @Option(names = "--durability", paramLabel = "WHEN")
  private RaceDurability durability = RaceDurability.WRITTEN;

  @Option(names = "--memory", required = true, paramLabel = "BYTES")
  private long memoryBytes;

  @Option(names = "--seed", paramLabel = "N")
  private long seed = 1;

  @Option(names = "--phases", split = ",", paramLabel = "PHASE")
  private List<String> phases = PhaseName.DEFAULTS.stream().map(PhaseName::label).toList();

  @Spec private @Nullable CommandSpec spec;

  /** Null: that of a race with so many rows. */
  private @Nullable Tempo tempo;

  RaceWorker(Output output) {
    this.output = output;
  }

  /** Runs what {@code arguments} say, and exits with 0 if no row was wrong and nothing failed. */
  public static void main(String[] arguments) {
    System.exit(run(new JsonLinesOutput(System.out), null, arguments));
  }

  /** Runs a worker inside this JVM. */
  static int run(Output output, @Nullable Tempo tempo, String... arguments) {
    RaceWorker worker = new RaceWorker(output);
    worker.tempo = tempo;
    return new CommandLine(worker).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<PhaseName> chosen = chosenPhases();
    if (!EmptyDirectory.isEmptyOrMissing(directory)) {
      throw misused(directory + " is not empty: give an empty or a new directory");
    }
    Files.createDirectories(directory);
    StandardWorkload workload =
        new StandardWorkload(rows, users == null ? shape.users(rows) : users, seed);
    EngineSettings settings =
        new EngineSettings(directory, memoryBytes, durability == RaceDurability.SYNC, rows);
    EnginePhases part =
        new EnginePhases(
            engineName(),
            settings,
            workload,
            batchRows,
            tempo == null ? Tempo.ofRace(rows) : tempo);
    return part.run(chosen, output) ? 0 : FAILED;
  }

  private EngineName engineName() {
    try {
      return EngineName.ofLabel(engine);
    } catch (IllegalArgumentException e) {
      throw misused(String.valueOf(e.getMessage()));
    }
  }

  /** In the order of {@link PhaseName}, whatever the order on the command line. */
  private List<PhaseName> chosenPhases() {
    try {
      List<PhaseName> chosen =
          Arrays.stream(PhaseName.values())
              .filter(
                  phases.stream().map(PhaseName::ofLabel).flatMap(List::stream).toList()::contains)
              .toList();
      if (chosen.isEmpty() || chosen.getFirst() != PhaseName.LOAD) {
        throw misused("--phases must begin with load: the store is empty");
      }
      return chosen;
    } catch (IllegalArgumentException e) {
      throw misused(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException misused(String message) {
    CommandSpec command = spec;
    if (command == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(command.commandLine(), message);
  }

  /** When a batch is answered. */
  enum RaceDurability {
    /** When the operating system has it. */
    WRITTEN,
    /** When it is on the disk. */
    SYNC
  }
}
