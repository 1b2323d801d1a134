package io.sheaf.bench.summary;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.phase.PhaseName;
import io.sheaf.bench.phase.Tempo;
import io.sheaf.cli.demo.Shape;
import io.sheaf.lsm.db.Durability;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What is run in a race.
 *
 * @param engines in the order of the first round
 * @param shape of the workload
 * @param rows number of rows
 * @param users number of users
 * @param batchRows rows in a batch
 * @param durability of the batches
 * @param memoryBytes of each worker's process, its page cache included
 * @param engineMemoryBytes for write buffers and caches of the engine
 * @param seed what rows and reads are drawn from
 * @param rounds how often each engine runs
 * @param phases in their order
 * @param javaOptions for each worker, after those that are always given
 */
public record RaceSettings(
    List<EngineName> engines,
    Shape shape,
    long rows,
    int users,
    int batchRows,
    Durability durability,
    long memoryBytes,
    long engineMemoryBytes,
    long seed,
    int rounds,
    List<PhaseName> phases,
    List<String> javaOptions) {
  private static final long MEAN_ROW_BYTES = 430;
  private static final long SPARE_BYTES = 256L << 20;

  /** The uncompressed rows, and as much again for merges. */
  private static final int TIMES_THE_ROWS = 2;

  /** As large becomes the store of {@link PhaseName#TENFOLD}. */
  private static final int TENFOLD = 10;

  /** What phases add that write at a steady rate. */
  private static final Map<PhaseName, Function<Tempo, Long>> ROWS_ADDED =
      Map.of(
          PhaseName.MIXED,
          Tempo::mixedRows,
          PhaseName.MIXED_PACED,
          Tempo::mixedRows,
          PhaseName.TTL,
          Tempo::expiringRows);

  /** Copies the lists. */
  public RaceSettings {
    engines = List.copyOf(engines);
    phases = List.copyOf(phases);
    javaOptions = List.copyOf(javaOptions);
  }

  /** Who runs in a round, in turn: each round begins with another engine. */
  public List<EngineName> order(int round) {
    int shift = (round - 1) % engines.size();
    return Stream.concat(engines.stream().skip(shift), engines.stream().limit(shift)).toList();
  }

  /** Space on the disk that is enough at any moment, for one store. */
  public long neededBytes() {
    Tempo tempo = Tempo.ofRace(rows);
    long most = TIMES_THE_ROWS * rows;
    for (PhaseName phase : phases) {
      most += TIMES_THE_ROWS * ROWS_ADDED.getOrDefault(phase, _ -> 0L).apply(tempo);
    }
    if (phases.contains(PhaseName.TENFOLD)) {
      most += TENFOLD * rows;
    }
    return most * MEAN_ROW_BYTES + SPARE_BYTES;
  }

  /** The durability as it is given on the command line. */
  public String durabilityLabel() {
    return durability.name().toLowerCase(Locale.ROOT);
  }
}
