package io.sheaf.bench.race;

import io.sheaf.bench.limit.MemoryGroupPlace;
import io.sheaf.bench.report.RaceText;
import io.sheaf.bench.summary.EngineRun;
import io.sheaf.bench.summary.RaceOutcome;
import io.sheaf.bench.summary.RaceSettings;
import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.EmptyDirectory;
import io.sheaf.cli.console.FailureLine;
import io.sheaf.cli.console.Figures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs Sheaf and RocksDB side by side. */
@Command(
    name = "bench",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Run the standard workload on Sheaf and on RocksDB, side by side, and say how many times"
          + " better one is than the other, line by line.",
      "Each engine runs in a process of its own: the same rows, heap, JVM options, memory for"
          + " write buffers and caches, and the same limit for all the memory that the process"
          + " uses, page cache included (a memory control group: Linux, and root or a delegated"
          + " group; elsewhere the reads are not cold, and the results say so). The engines take"
          + " turns, round by round; medians are reported, and ratios are taken within each"
          + " round. Every row that is read is compared with what was written.",
      "Results are written to results.json and report.html after each round: a run that is"
          + " interrupted keeps the rounds that were done."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./sheaf bench --quick",
      "      half a million rows, a round, in less than three minutes",
      "  ./sheaf bench --shape sparse --rounds 5 --out results-sparse",
      "      a million users of 10 rows each, on all engines",
      "  ./sheaf bench --engines sheaf,rocksdb-universal --phases load,disk,latest-cold",
      "      two engines, and only what matters just now"
    })
public final class BenchCommand implements Callable<Integer> {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'bench-'yyyyMMdd-HHmmss", Locale.ROOT);

  @Mixin private final SettingsOptions settingsOptions = new SettingsOptions();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "An empty or new directory for results.json, report.html and the workers' logs;"
              + " bench-DATE-TIME in the working directory where it is not given.")
  private @Nullable Path out;

  @Option(
      names = "--store-dir",
      paramLabel = "DIR",
      description =
          "An empty or new directory for the stores, on the disk that is to be measured; stores"
              + " below --out where it is not given. Each store is removed after its turn; that of an"
              + " engine that failed stays, where the next one has room beside it.")
  private @Nullable Path storeDirectory;

  @Option(names = "--keep", description = "Do not remove the stores.")
  private boolean keep;

  @Option(names = "--no-progress", description = "Do not show how far the race is.")
  private boolean noProgress;

  @Spec private @Nullable CommandSpec spec;

  private final Console console;
  private final String workerClass;

  /** A command that prints to {@code console}. */
  public BenchCommand(Console console) {
    this(console, WorkerCommandLine.WORKER);
  }

  /** A command that runs workers of another main class. */
  BenchCommand(Console console, String workerClass) {
    this.console = console;
    this.workerClass = workerClass;
  }

  @Override
  public Integer call() throws CommandFailure, IOException, InterruptedException {
    RaceSettings settings = settings();
    RaceDirectory directory = directory();
    checkSpace(settings, directory);
    create(directory);
    console.out().println(RaceText.setting(settings));
    console
        .out()
        .println(
            Figures.count(settings.rounds(), "round")
                + "; results in "
                + directory.out()
                + ", written after each round: an interrupted run keeps those that were done");
    console.out().flush();
    RaceOutcome outcome =
        new Race(
                console,
                !noProgress,
                settings,
                directory,
                keep,
                MemoryGroupPlace.of(
                    read(Path.of("/proc/self/cgroup")), read(Path.of("/proc/self/mountinfo"))),
                workerClass)
            .run();
    new RaceText(console.out()).print(outcome);
    console.out().println("\nReport with pictures: " + directory.report());
    console.out().println("For programs:         " + directory.results());
    throwIfFailed(outcome);
    return 0;
  }

  private RaceSettings settings() {
    try {
      return settingsOptions.settings();
    } catch (IllegalArgumentException e) {
      throw misuse(String.valueOf(e.getMessage()));
    }
  }

  private RaceDirectory directory() throws IOException {
    Path results =
        (out == null ? Path.of(LocalDateTime.now(ZoneId.systemDefault()).format(NAME)) : out)
            .toAbsolutePath();
    checkEmpty("--out", results);
    if (storeDirectory == null) {
      return new RaceDirectory(results, results.resolve("stores"));
    }
    Path stores = storeDirectory.toAbsolutePath();
    checkEmpty("--store-dir", stores);
    return new RaceDirectory(results, stores);
  }

  private void checkEmpty(String option, Path path) throws IOException {
    try {
      if (!EmptyDirectory.isEmptyOrMissing(path)) {
        throw misuse(option + ": " + path + " is not empty: give an empty or a new directory");
      }
    } catch (NotDirectoryException e) {
      throw misuse(option + ": " + path + " is a file: give an empty or a new directory");
    }
  }

  private void checkSpace(RaceSettings settings, RaceDirectory directory)
      throws CommandFailure, IOException {
    long stores = keep ? (long) settings.rounds() * settings.engines().size() : 1;
    long needed = settings.neededBytes() * stores;
    long free = directory.freeBytes();
    if (free < needed) {
      throw new CommandFailure(
          directory.stores()
              + ": needs "
              + Figures.bytes(needed)
              + " of space and has "
              + Figures.bytes(free)
              + ": give fewer --rows, or a --store-dir on a larger disk");
    }
  }

  private static void create(RaceDirectory directory) throws CommandFailure {
    try {
      directory.create();
    } catch (IOException e) {
      throw new CommandFailure(
          FailureLine.of(e) + ": give an --out and a --store-dir that you may write to", e);
    }
  }

  private static void throwIfFailed(RaceOutcome outcome) throws CommandFailure {
    List<EngineRun> failed = outcome.failed();
    if (!failed.isEmpty()) {
      throw new CommandFailure(
          failed.stream()
              .map(run -> FailureWords.of(run, Objects.requireNonNull(run.failure())))
              .collect(Collectors.joining("; ")));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ""; // another system than Linux
    }
  }

  private ParameterException misuse(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }
}
