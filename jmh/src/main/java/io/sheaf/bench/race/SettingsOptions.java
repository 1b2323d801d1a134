package io.sheaf.bench.race;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.phase.PhaseName;
import io.sheaf.bench.summary.Machine;
import io.sheaf.bench.summary.RaceSettings;
import io.sheaf.cli.console.ByteSize;
import io.sheaf.cli.demo.Shape;
import io.sheaf.lsm.db.Durability;
import io.sheaf.testdata.StandardWorkload;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what is run. */
final class SettingsOptions {
  private static final long MAX_ROWS = 1_000_000_000;
  private static final int MAX_BATCH_ROWS = 100_000;
  private static final int MAX_ROUNDS = 1_000;

  /** The heap, the smallest engine, the JVM itself, and some page cache. */
  private static final long LEAST_MEMORY_BYTES = 768L << 20;

  private static final long LEAST_ENGINE_MEMORY_BYTES = 16L << 20;

  /** What a worker needs besides heap and engine: the JVM's code, threads, and some page cache. */
  private static final long SPARE_BYTES = 128L << 20;

  private static final List<EngineName> QUICK_ENGINES =
      List.of(EngineName.SHEAF, EngineName.ROCKSDB_LEVELED, EngineName.ROCKSDB_UNIVERSAL);
  private static final long QUICK_ROWS = 500_000;

  /** Those that tell most in little time. */
  private static final List<PhaseName> QUICK_PHASES =
      List.of(
          PhaseName.LOAD,
          PhaseName.DISK,
          PhaseName.LATEST_COLD,
          PhaseName.CURSOR_COLD,
          PhaseName.GET_COLD,
          PhaseName.HOTLATEST_WARM,
          PhaseName.FULL_WARM,
          PhaseName.GET_WARM);

  /** So that few rows, too, are flushed and merged as many are. */
  private static final long QUICK_ENGINE_MEMORY_BYTES = 128L << 20;

  private static final int ROUNDS = 3;

  @Option(
      names = "--quick",
      description =
          "A first look, in less than three minutes: 500,000 rows, one round, sheaf,"
              + " rocksdb-leveled and rocksdb-universal, eight phases (load, disk, latest-cold,"
              + " cursor-cold, get-cold, hotlatest-warm, full-warm, get-warm), and an"
              + " --engine-memory of 128m, so that so few rows are flushed and merged too. What"
              + " else is given is stronger.")
  private boolean quick;

  @Option(
      names = "--engines",
      paramLabel = "NAMES",
      description =
          "Who runs, with commas between: sheaf, rocksdb-leveled, rocksdb-universal,"
              + " rocksdb-zstd, rocksdb-blob; all of them where it is not given. Without sheaf"
              + " there are no ratios.")
  private @Nullable String engines;

  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      description = "dense: 500 rows a user; sparse: 10 rows a user; dense where it is not given.")
  private Shape shape = Shape.DENSE;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Rows to load; 10,000,000 where it is not given.")
  private @Nullable Long rows;

  @Option(
      names = "--users",
      paramLabel = "N",
      description = "Number of users, at least 20, instead of what the shape says.")
  private @Nullable Integer users;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Rows in a batch; ${DEFAULT-VALUE} where it is not given.")
  private int batchRows = 8;

  @Option(
      names = "--durability",
      paramLabel = "WHEN",
      description =
          "A batch is answered when it is on the disk (sync), or handed to the operating system"
              + " (written); written where it is not given.")
  private String durability = "written";

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      defaultValue = "2g",
      description =
          "The most memory of each process, page cache included; ${DEFAULT-VALUE} where it is not"
              + " given.")
  private ByteSize memory = new ByteSize(2L << 30);

  @Option(
      names = "--engine-memory",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description =
          "Memory for write buffers and caches of an engine, in all; three eighths of --memory"
              + " where it is not given (with half, RocksDB outgrew 2g by what malloc wastes). The"
              + " heap has 384m; the page cache has what is left.")
  private @Nullable ByteSize engineMemory;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What rows and reads are drawn from; ${DEFAULT-VALUE} where it is not given.")
  private long seed = 1;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each engine runs; 3 where it is not given.")
  private @Nullable Integer rounds;

  @Option(
      names = "--phases",
      paramLabel = "NAMES",
      description =
          "What is measured, with commas between. There are load, which is always done first;"
              + " disk, latest-cold, hotlatest-cold, cursor-cold, full-cold, get-cold, miss-cold,"
              + " the same six -warm ('latest' is both), mixed, mixed-paced, update, ttl, and"
              + " tenfold, which takes ten times as long; all but tenfold where it is not given.")
  private @Nullable String phases;

  @Option(
      names = "--java-opts",
      paramLabel = "OPTIONS",
      description =
          "More options for the JVM of each worker, with blanks between, as in:"
              + " --java-opts='-XX:+UseZGC'.")
  private String javaOptions = "";

  /** For picocli to change. */
  SettingsOptions() {}

  /**
   * What the options say.
   *
   * @throws IllegalArgumentException if they cannot be meant; says what to give
   */
  RaceSettings settings() {
    long rowCount = rows != null ? rows : quick ? QUICK_ROWS : StandardWorkload.STANDARD_ROWS;
    int roundCount = rounds != null ? rounds : quick ? 1 : ROUNDS;
    checkRange("--rows", rowCount, 1, MAX_ROWS);
    checkRange("--batch", batchRows, 1, MAX_BATCH_ROWS);
    checkRange("--rounds", roundCount, 1, MAX_ROUNDS);
    int userCount = users == null ? shape.users(rowCount) : users;
    checkUsers(rowCount, userCount);
    return new RaceSettings(
        chosenEngines(),
        shape,
        rowCount,
        userCount,
        batchRows,
        chosenDurability(),
        memory.bytes(),
        engineMemoryBytes(),
        seed,
        roundCount,
        chosenPhases(),
        WorkerCommandLine.jvmOptions(
            memory.bytes(),
            Arrays.stream(javaOptions.split("\\s+", -1)).filter(o -> !o.isEmpty()).toList()));
  }

  private Durability chosenDurability() {
    return switch (durability.toLowerCase(Locale.ROOT)) {
      case "written" -> Durability.WRITTEN;
      case "sync" -> Durability.SYNC;
      default ->
          throw new IllegalArgumentException(
              "--durability must be written or sync, not '" + durability + "'");
    };
  }

  private List<EngineName> chosenEngines() {
    return engines == null
        ? quick ? QUICK_ENGINES : List.of(EngineName.values())
        : names("--engines", engines, EngineName::ofLabel);
  }

  /** In the order in which they are run. */
  private List<PhaseName> chosenPhases() {
    if (phases == null) {
      return quick ? QUICK_PHASES : PhaseName.DEFAULTS;
    }
    List<List<PhaseName>> chosen = names("--phases", phases, PhaseName::ofLabel);
    return Stream.concat(Stream.of(PhaseName.LOAD), chosen.stream().flatMap(List::stream))
        .distinct()
        .sorted()
        .toList();
  }

  private static <T> List<T> names(String option, String text, Function<String, T> ofLabel) {
    List<T> all;
    try {
      all = Arrays.stream(text.split(",", -1)).map(String::strip).map(ofLabel).toList();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
    }
    check(new HashSet<>(all).size() == all.size(), option + ": give each name once");
    return all;
  }

  private long engineMemoryBytes() {
    check(
        memory.bytes() >= LEAST_MEMORY_BYTES,
        "--memory must be at least "
            + (LEAST_MEMORY_BYTES >> 20)
            + "m: the heap of a worker alone has "
            + (WorkerCommandLine.HEAP_BYTES >> 20)
            + "m");
    long usual = memory.bytes() / 8 * 3;
    long most = memory.bytes() - WorkerCommandLine.HEAP_BYTES - SPARE_BYTES;
    long bytes =
        engineMemory == null
            ? Math.min(quick ? QUICK_ENGINE_MEMORY_BYTES : usual, most)
            : engineMemory.bytes();
    check(
        bytes >= LEAST_ENGINE_MEMORY_BYTES && bytes <= most,
        "--engine-memory must be 16m to "
            + (most >> 20)
            + "m within a --memory of "
            + (memory.bytes() >> 20)
            + "m: give less of it, or more --memory");
    long machine = Machine.memoryBytes().orElse(Long.MAX_VALUE);
    check(
        bytes <= machine - WorkerCommandLine.HEAP_BYTES - SPARE_BYTES,
        "--memory: within "
            + memory
            + " an engine has "
            + new ByteSize(bytes)
            + ", which does not fit beside a heap of "
            + (WorkerCommandLine.HEAP_BYTES >> 20)
            + "m into this machine's "
            + (machine >> 20)
            + "m: give less --memory or --engine-memory");
    return bytes;
  }

  private static void checkUsers(long rows, int users) {
    try {
      new StandardWorkload(rows, users, 1);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--users: " + e.getMessage(), e);
    }
  }

  private static void checkRange(String option, long value, long lowest, long highest) {
    check(
        value >= lowest && value <= highest,
        option + " must be " + lowest + " to " + highest + ", not " + value);
  }

  private static void check(boolean right, String message) {
    if (!right) {
      throw new IllegalArgumentException(message);
    }
  }
}
