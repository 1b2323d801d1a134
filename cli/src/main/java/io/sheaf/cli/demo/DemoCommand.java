package io.sheaf.cli.demo;

import io.sheaf.cli.console.ByteSize;
import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.JsonText;
import io.sheaf.cli.measure.DemoJson;
import io.sheaf.cli.measure.DemoResult;
import io.sheaf.cli.report.DemoReport;
import io.sheaf.engine.DirectMemory;
import io.sheaf.lsm.db.Durability;
import io.sheaf.testdata.StandardWorkload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows what the store does with the load of a messaging service. */
@Command(
    name = "demo",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Load rows of the standard workload into a new store, read them as a service does, compare"
          + " every row that is read with what was written, and say what happened.",
      "The standard workload: 6 %% of the users write half of the rows; a row is a JSON message of"
          + " 410 bytes on average, and its key is user and id, 8 bytes each.",
      "A report with pictures is written to report.html."
    },
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_TEXT,
      ExitCode.FAILED_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf demo --rows 1000000 --shape dense")
public final class DemoCommand implements Callable<Integer> {
  private static final long MAX_ROWS = 1_000_000_000;
  private static final int MAX_BATCH_ROWS = 100_000;

  /** Enough for the smallest write buffer and some cache. */
  private static final long LEAST_MEMORY_BYTES = 16 << 20;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Rows to load; ${DEFAULT-VALUE} where it is not given.")
  private long rows = 1_000_000;

  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      description = "dense: 500 rows a user; sparse: 10 rows a user; dense where it is not given.")
  private Shape shape = Shape.DENSE;

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
          "A batch is answered when it is on the disk (sync), handed to the operating system"
              + " (written), or in memory, to be handed on within 100 ms (buffered); written where"
              + " it is not given.")
  private Durability durability = Durability.WRITTEN;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      defaultValue = "1536m",
      description =
          "Memory of the store off the heap, ${DEFAULT-VALUE} where it is not given: a third is"
              + " the write buffer, of which one half fills while the other is flushed; cache,"
              + " indexes and buffers share the rest.")
  private ByteSize memory = new ByteSize(1536L << 20);

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What rows and reads are drawn from; ${DEFAULT-VALUE} where it is not given.")
  private long seed = 1;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "An empty or new directory for the store, which stays there. Without it, the store is"
              + " put under the temporary directory and removed at the end.")
  private @Nullable Path directory;

  @Option(names = "--keep", description = "Do not remove the store under the temporary directory.")
  private boolean keep;

  @Option(
      names = "--cold",
      description =
          "Before each kind of read, open the store anew and drop the page cache of the machine,"
              + " where that is permitted (Linux, root).")
  private boolean cold;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Where the report goes; ${DEFAULT-VALUE} where it is not given.")
  private Path report = Path.of("report.html");

  @Mixin private final JsonOption json = new JsonOption();

  @Option(names = "--no-progress", description = "Do not show how far the demo is.")
  private boolean noProgress;

  @Spec private @Nullable CommandSpec spec;

  private final Console console;

  /** A command that prints to {@code console}. */
  public DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws CommandFailure, IOException, InterruptedException {
    DemoSettings settings = settings();
    checkReport();
    checkMemory(settings.memoryBytes());
    DemoText text = new DemoText(console.out());
    try (DemoDirectory place = DemoDirectory.open(directory, keep, settings.neededBytes())) {
      if (!json.isSet()) {
        text.printBegin(settings, place.path(), place.isRemoved());
      }
      DemoResult result = new Demo(console, !noProgress, settings, place.path()).run();
      Files.writeString(report, DemoReport.of(result), StandardCharsets.UTF_8);
      if (json.isSet()) {
        console.out().println(JsonText.of(DemoJson.of(result)));
      } else {
        text.print(result, report.toAbsolutePath());
      }
    }
    return 0;
  }

  private DemoSettings settings() {
    checkRange("--rows", rows, 1, MAX_ROWS);
    checkRange("--batch", batchRows, 1, MAX_BATCH_ROWS);
    if (memory.bytes() < LEAST_MEMORY_BYTES) {
      throw misuse("--memory must be at least 16m");
    }
    int userCount = users == null ? shape.users(rows) : users;
    try {
      return new DemoSettings(
          users == null ? shape.toString() : "of its own shape",
          new StandardWorkload(rows, userCount, seed),
          batchRows,
          durability,
          memory.bytes(),
          cold);
    } catch (IllegalArgumentException e) {
      throw misuse("--users: " + e.getMessage());
    }
  }

  private static void checkMemory(long neededBytes) throws CommandFailure {
    long allowed = DirectMemory.allowedBytes();
    if (neededBytes > allowed) {
      throw new CommandFailure(
          "--memory is "
              + new ByteSize(neededBytes)
              + ", but the JVM allows "
              + new ByteSize(allowed)
              + " off the heap: give less, or set SHEAF_JAVA_OPTS="
              + DirectMemory.OPTION
              + (neededBytes >> 20)
              + "m");
    }
  }

  /** A demo of minutes must not fail at its end because the report cannot be written. */
  private void checkReport() throws CommandFailure {
    Path parent = report.toAbsolutePath().getParent();
    if (Files.isDirectory(report) || parent == null || !Files.isDirectory(parent)) {
      throw new CommandFailure("--report " + report + ": give a file in a directory that exists");
    }
    if (!Files.isWritable(Files.exists(report) ? report : parent)) {
      throw new CommandFailure("--report " + report + ": permission denied");
    }
  }

  private void checkRange(String option, long value, long lowest, long highest) {
    if (value < lowest || value > highest) {
      throw misuse(option + " must be " + lowest + " to " + highest + ", not " + value);
    }
  }

  private ParameterException misuse(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }
}
