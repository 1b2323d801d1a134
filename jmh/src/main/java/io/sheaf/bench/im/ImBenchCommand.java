package io.sheaf.bench.im;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.DirectoryTree;
import io.sheaf.cli.console.EmptyDirectory;
import io.sheaf.im.ImOptions;
import io.sheaf.im.ImStore;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.UserId;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.stats.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a load as an IM service makes it. */
@Command(
    name = "im",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Run the load of an IM service on the IM layer: groups of 2 to 10,000 members, a message"
          + " reaches some thirty on average, the standard skew. Threads send, and do for each"
          + " message what its receivers do: sync, acknowledge, read, look at the history, open"
          + " their lists.",
      "Afterwards single operations: sends to groups of 10, 300 and 10,000, a list of a thousand"
          + " conversations, the history from the device."
    },
    optionListHeading = "%nOptions:%n")
public final class ImBenchCommand implements Callable<Integer> {
  private static final int HOTTEST = 3;
  private static final DeviceId PHONE = DeviceId.of("phone");

  @Option(
      names = "--users",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Users; ${DEFAULT-VALUE} where it is not given.")
  private int users;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "Threads of the load, which are its clients too; ${DEFAULT-VALUE} where it is not given.")
  private int threads;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Load before anything is counted; ${DEFAULT-VALUE} where it is not given.")
  private int warmUpSeconds;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "Load that is counted; ${DEFAULT-VALUE} where it is not given.")
  private int seconds;

  @Option(
      names = "--rows",
      paramLabel = "PER_SECOND",
      description =
          "Rows of sync queues a second, and times from when an operation was due; as fast as it"
              + " goes where it is not given.")
  private @Nullable Double rowsPerSecond;

  @Option(
      names = "--gate",
      description =
          "Send through rates and smoothing: what the store cannot take is refused, and who sends"
              + " most is shown.")
  private boolean gated;

  @Option(
      names = "--durability",
      paramLabel = "LEVEL",
      defaultValue = "written",
      description = "sync, written or buffered; ${DEFAULT-VALUE} where it is not given.")
  private Durability durability = Durability.WRITTEN;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "An empty or new directory for the store; a temporary one, removed at the end,"
              + " where it is not given.")
  private @Nullable Path directory;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of all random.")
  private long seed;

  private final Console console;

  /** A command that prints to {@code console}. */
  public ImBenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws CommandFailure, IOException, InterruptedException {
    Path named = directory;
    if (named != null) {
      if (!EmptyDirectory.isEmptyOrMissing(named)) {
        throw new CommandFailure(named + " is not empty: give an empty or a new directory");
      }
      run(named);
      return 0;
    }
    Path temporary = Files.createTempDirectory("sheaf-bench-im-");
    try {
      run(temporary);
    } finally {
      DirectoryTree.remove(temporary);
    }
    return 0;
  }

  private void run(Path path) throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    Groups groups = new Groups(users, random.split());
    ImOptions options = ImOptions.DEFAULT.withDb(ImOptions.DEFAULT.db().withDurability(durability));
    try (ImStore im = ImStore.open(path, options)) {
      groups.create(im);
      for (int user = 0; user < users; user++) {
        im.sync().addDevice(UserId.of(user), PHONE);
      }
      line(String.format(Locale.ROOT, "%,d users in %,d groups", users, groups.count()));
      try (ConnectedDevices connected = new ConnectedDevices(im, users)) {
        mixed(im, groups, connected, random.split());
      }
      SingleCosts costs = new SingleCosts(im, groups, random.split());
      line(String.format(Locale.ROOT, "%nSingle operations, nothing else runs:"));
      costs.sends(10, 300, 10_000).forEach(this::line);
      line(costs.fetch(1));
      line(costs.fetch(10));
      line(costs.list());
      line(costs.indexEntry());
      im.db().flush();
      im.db().awaitIdle();
    }
    try (ImStore im = ImStore.open(path, options)) {
      new SingleCosts(im, groups, random.split()).coldHistory(path).forEach(this::line);
    }
  }

  private void mixed(ImStore im, Groups groups, ConnectedDevices connected, SplittableRandom random)
      throws InterruptedException {
    List<MixedLoad> loads = new ArrayList<>();
    double each = rowsPerSecond == null ? Double.POSITIVE_INFINITY : rowsPerSecond / threads;
    for (int i = 0; i < threads; i++) {
      loads.add(new MixedLoad(im, groups, connected, gated, i, each, random.split()));
    }
    runAll(loads, warmUpSeconds);
    loads.forEach(load -> load.figures().forget());
    long pushedBefore = connected.pushed();
    long rowsBefore = im.db().statistics().get(Counter.ROWS_WRITTEN);
    long cpuBefore = cpuNanos();
    long begin = System.nanoTime();
    runAll(loads, seconds);
    double took = (System.nanoTime() - begin) / 1e9;
    double cpu = (cpuNanos() - cpuBefore) / 1e9;
    Figures all = new Figures();
    loads.forEach(load -> all.add(load.figures()));
    long sends = all.times(Operation.SEND).getTotalCount();
    long rows = im.db().statistics().get(Counter.ROWS_WRITTEN) - rowsBefore;
    line(String.format(Locale.ROOT, "%n%d threads, %.0f s, %s:", threads, took, durability));
    line(
        String.format(
            Locale.ROOT,
            "  %,.0f sends/s, each to %.1f members on average",
            sends / took,
            (double) all.receivers / sends));
    line(
        String.format(
            Locale.ROOT,
            "  %,.0f rows/s of sync queues, %,.0f rows/s of all tables",
            all.queueRows / took,
            rows / took));
    line(
        String.format(
            Locale.ROOT,
            "  %,.0f events/s pushed to devices, %,.0f events/s read by devices",
            (connected.pushed() - pushedBefore) / took,
            all.events / took));
    line(
        String.format(
            Locale.ROOT,
            "  %.2f µs of CPU a row of sync queues, %.1f cores busy",
            cpu * 1e6 / all.queueRows,
            cpu / took));
    line(String.format(Locale.ROOT, "  writers %s", im.db().pressure()));
    if (gated) {
      line(
          String.format(
              Locale.ROOT,
              "  %,.0f sends/s refused, limit %,.0f rows/s",
              all.refused / took,
              im.gate().limitPerSecond()));
      line("  sent most: " + im.gate().hotConversations(HOTTEST));
      line("  send most: " + im.gate().hotUsers(HOTTEST));
    }
    for (Operation operation : Operation.values()) {
      line(SingleCosts.line(operation.name().toLowerCase(Locale.ROOT), all.times(operation)));
    }
  }

  private static void runAll(List<MixedLoad> loads, int seconds) throws InterruptedException {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Thread> running = new ArrayList<>();
    for (MixedLoad load : loads) {
      running.add(
          Thread.ofPlatform()
              .name("load-" + running.size())
              .start(() -> {
                try {
                  load.runUntil(end);
                } catch (IOException | RuntimeException | Error e) {
                  failures.add(e);
                }
              }));
    }
    for (Thread thread : running) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw new IllegalStateException("a thread of the load failed", failures.peek());
    }
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
  }

  private void line(String text) {
    console.out().println(text);
    console.out().flush();
  }
}
