package io.sheaf.torture.campaign;

import io.sheaf.torture.child.Acknowledged;
import io.sheaf.torture.child.Child;
import io.sheaf.torture.child.ChildHistory;
import io.sheaf.torture.child.ChildStore;
import io.sheaf.torture.machine.Scratch;
import io.sheaf.torture.machine.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A process with less memory than its store was told that it may use. */
public final class MemoryCampaign implements Campaign {
  /** What there is too little of. */
  private enum Limit {
    HEAP("heap"),
    DIRECT("direct memory"),
    SYSTEM("memory of the system");

    private final String word;

    Limit(String word) {
      this.word = word;
    }
  }

  /** What the JVM needs for itself, about. */
  private static final long JVM_BYTES = 120 << 20;

  /** What errors of the JVM, of the system and of the store say of memory that is out. */
  private static final Pattern NAMES_MEMORY =
      Pattern.compile(
          "(?i)outofmemoryerror|out of memory|(insufficient|enough|native|direct|allocate) memory"
              + "|memory (allocation|limit)|could not reserve|cannot allocate"
              + "|unable to create native thread");

  private static final String JVM_REPORT = "jvm";

  /** The reason stands at the beginning of a report of the JVM. */
  private static final int REPORT_LINES = 20;

  private static final int BATCHES = 20_000;
  private static final int LIVES = 2;
  private static final int LEAST_MEGABYTES = 8;
  private static final int MORE_MEGABYTES = 16;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String description() {
    return "a heap, direct memory or memory of the system (prlimit) that is too small: refuses or slows down, and what was"
        + " acknowledged is there, each batch whole";
  }

  @Override
  public Counts counts() {
    return new Counts("processes", 2, 100);
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    Random random = new Random(seed);
    List<Limit> limits = limits();
    try (Scratch scratch = Scratch.create()) {
      Path directory = scratch.resolve("store");
      ChildHistory history = new ChildHistory();
      for (int life = 0; life < LIVES; life++) {
        long lifeSeed = random.nextLong();
        int megabytes = LEAST_MEGABYTES + random.nextInt(MORE_MEGABYTES);
        Limit limit = limits.get(random.nextInt(limits.size()));
        Child.Command command =
            command(Child.Command.plain(directory, lifeSeed, BATCHES), limit, megabytes, scratch);
        try (Child child = Child.start(command, scratch.resolve("complaints"))) {
          Acknowledged said = child.awaitEnd();
          history.check(directory, lifeSeed, said, said.written());
          boolean enough = said.end().equals("closed");
          if (!enough) {
            checkNamesMemory(child, said, scratch.resolve(JVM_REPORT));
          }
          tally.tried((enough ? "enough " : "too little ") + limit.word);
        }
      }
    }
  }

  /** A process that ended for any other reason has found something else. */
  private static void checkNamesMemory(Child child, Acknowledged said, Path report)
      throws IOException {
    List<String> reasons = new ArrayList<>();
    reasons.add(said.end());
    reasons.addAll(child.complaints().lines().filter(line -> !line.startsWith("\tat ")).toList());
    if (Files.exists(report)) {
      try (Stream<String> lines = Files.lines(report, StandardCharsets.UTF_8)) {
        reasons.addAll(lines.limit(REPORT_LINES).toList());
      }
    }
    if (reasons.stream().noneMatch(reason -> NAMES_MEMORY.matcher(reason).find())) {
      throw new AssertionError(
          "ended with " + child.exitCode() + ", and does not say that memory is out: " + reasons);
    }
  }

  private static Child.Command command(
      Child.Command plain, Limit limit, int megabytes, Scratch scratch) {
    return switch (limit) {
      case HEAP -> plain.with(List.of("-Xmx" + megabytes + "m"), ChildStore.Size.GREEDY);
      case DIRECT ->
          plain.with(List.of("-XX:MaxDirectMemorySize=" + megabytes + "m"), ChildStore.Size.GREEDY);
      case SYSTEM ->
          plain
              .with(
                  List.of(
                      "-XX:ErrorFile=" + scratch.resolve(JVM_REPORT), "-XX:-CreateCoredumpOnCrash"),
                  ChildStore.Size.GREEDY)
              .behind(List.of("prlimit", "--data=" + (JVM_BYTES + ((long) megabytes << 20))));
    };
  }

  private static List<Limit> limits() {
    return Shell.succeeds("prlimit", "--version")
        ? List.of(Limit.values())
        : List.of(Limit.HEAP, Limit.DIRECT);
  }
}
