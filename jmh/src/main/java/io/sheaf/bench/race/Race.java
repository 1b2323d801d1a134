package io.sheaf.bench.race;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.limit.MemoryGroup;
import io.sheaf.bench.limit.MemoryGroupPlace;
import io.sheaf.bench.summary.EngineRun;
import io.sheaf.bench.summary.Machine;
import io.sheaf.bench.summary.RaceOutcome;
import io.sheaf.bench.summary.RaceSettings;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitHook;
import io.sheaf.cli.console.Figures;
import io.sheaf.cli.measure.PageCache;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs the rounds: each engine in turn, in a process of its own; an engine that failed is not asked
 * again.
 *
 * <p><em>Thread safety:</em> none; a race runs once.
 */
final class Race {
  private final Console console;
  private final boolean progressShown;
  private final RaceSettings settings;
  private final RaceDirectory directory;
  private final boolean storesKept;
  private final List<MemoryGroupPlace> places;
  private final String workerClass;
  private final Instant begin = Instant.now();
  private final List<EngineRun> runs = new ArrayList<>();
  private final Set<EngineName> failed = EnumSet.noneOf(EngineName.class);
  private final List<String> notes = new ArrayList<>();
  private volatile int roundsDone;

  /**
   * A race.
   *
   * @param places where memory control groups may be made
   * @param workerClass main class of a worker
   */
  Race(
      Console console,
      boolean progressShown,
      RaceSettings settings,
      RaceDirectory directory,
      boolean storesKept,
      List<MemoryGroupPlace> places,
      String workerClass) {
    this.console = console;
    this.progressShown = progressShown;
    this.settings = settings;
    this.directory = directory;
    this.storesKept = storesKept;
    this.places = List.copyOf(places);
    this.workerClass = workerClass;
  }

  /** Runs all rounds; results are written after each of them. */
  RaceOutcome run() throws IOException, InterruptedException {
    directory.create();
    Machine machine = Machine.of(directory.stores());
    if (!PageCache.seemsDroppable()) {
      note(
          "Reads are not cold: the page cache may not be dropped here. Run as root on Linux for"
              + " cold reads.");
    }
    RaceOutcome outcome = outcome(machine, 0);
    try (ExitHook _ = new ExitHook("sheaf-bench-words", this::sayInterrupted)) {
      for (int round = 1; round <= settings.rounds(); round++) {
        for (EngineName engine : settings.order(round)) {
          if (!failed.contains(engine)) {
            take(engine, round);
          }
        }
        outcome = outcome(machine, round);
        directory.write(outcome);
        roundsDone = round;
      }
    }
    directory.removeStoresIfEmpty();
    return outcome;
  }

  private void sayInterrupted() {
    int done = roundsDone;
    console
        .err()
        .println(
            "\ninterrupted: "
                + (done == 0
                    ? "no round was done, so there are no results; what is in "
                        + directory.out()
                        + " may be removed"
                    : "results of " + Figures.count(done, "round") + " are in " + directory.out()));
    console.err().flush();
  }

  private RaceOutcome outcome(Machine machine, int roundsDone) {
    return new RaceOutcome(settings, machine, begin, roundsDone, notes, runs);
  }

  private void take(EngineName engine, int round) throws IOException, InterruptedException {
    EngineRun run;
    try (RaceProgress progress =
        new RaceProgress(console, progressShown, round, settings.rounds(), engine)) {
      EngineTurn turn =
          new EngineTurn(
              engine,
              round,
              directory.store(engine, round),
              directory.log(engine, round),
              progress);
      List<String> command =
          WorkerCommandLine.of(settings, engine, directory.store(engine, round), workerClass);
      run = turn.run(command, memoryGroup(engine, round), storesKept, settings.neededBytes());
    }
    runs.add(run);
    EngineRun.Failure failure = run.failure();
    if (failure != null) {
      failed.add(engine);
    }
    console
        .err()
        .println(
            failure != null
                ? FailureWords.of(run, failure)
                : "round "
                    + round
                    + " of "
                    + settings.rounds()
                    + ", "
                    + engine.label()
                    + ": done in "
                    + Figures.duration((long) (run.seconds() * 1e9)));
  }

  private @Nullable MemoryGroup memoryGroup(EngineName engine, int round)
      throws InterruptedException {
    String name =
        "sheaf-bench-" + ProcessHandle.current().pid() + "-" + round + "-" + engine.label();
    MemoryGroup group = MemoryGroup.create(places, name, settings.memoryBytes());
    if (group == null) {
      note(
          "Reads are not cold, and memory is not held to --memory: no memory control group can be"
              + " made here (Linux, and root or a delegated group). The page cache of the whole"
              + " machine helps every engine.");
    }
    return group;
  }

  private void note(String text) {
    if (!notes.contains(text)) {
      notes.add(text);
      console.err().println("note: " + text);
    }
  }
}
