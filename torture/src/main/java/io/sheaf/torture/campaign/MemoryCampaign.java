package io.sheaf.torture.campaign;

import io.sheaf.torture.child.Acknowledged;
import io.sheaf.torture.child.Child;
import io.sheaf.torture.child.ChildHistory;
import io.sheaf.torture.child.ChildStore;
import io.sheaf.torture.machine.Scratch;
import io.sheaf.torture.machine.Shell;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

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
          String outcome = said.end().equals("closed") ? "enough" : "too little";
          tally.tried(outcome + " " + limit.word);
        }
      }
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
                  List.of("-XX:ErrorFile=" + scratch.resolve("jvm"), "-XX:-CreateCoredumpOnCrash"),
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
