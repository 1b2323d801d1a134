package io.sheaf.torture.campaign;

import io.sheaf.torture.child.Acknowledged;
import io.sheaf.torture.child.Child;
import io.sheaf.torture.child.ChildHistory;
import io.sheaf.torture.machine.Scratch;
import io.sheaf.torture.machine.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Processes that write to one store, one after the other, and are killed: at a random moment, or,
 * where {@code strace} is installed, when a thread of theirs enters its n-th fsync or rename.
 */
public final class KillCampaign implements Campaign {
  private static final int LIVES = 4;
  private static final int BATCHES = 3_000;
  private static final int BATCHES_WHEN_TRACED = 300;
  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  @Override
  public String name() {
    return "kill";
  }

  @Override
  public String description() {
    return "kill -9 of a writing process, at a random moment and at the n-th fsync or rename:"
        + " all that was acknowledged under SYNC or WRITTEN is there, as a prefix of whole batches";
  }

  @Override
  public Counts counts() {
    return new Counts("kills", 4, 1_000);
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    boolean traces = Shell.succeeds("strace", "-V");
    Random random = new Random(seed);
    try (Scratch scratch = Scratch.create()) {
      Path directory = scratch.resolve("store");
      ChildHistory history = new ChildHistory();
      for (int life = 0; life < LIVES; life++) {
        long lifeSeed = random.nextLong();
        boolean traced = traces && random.nextBoolean();
        Child.Command command =
            traced
                ? Child.Command.plain(directory, lifeSeed, BATCHES_WHEN_TRACED)
                    .behind(strace(random))
                : Child.Command.plain(directory, lifeSeed, BATCHES);
        try (Child child = Child.start(command, scratch.resolve("complaints"))) {
          if (!traced) {
            killAtRandom(child, random);
          }
          Acknowledged said = child.awaitEnd();
          throwIfFailed(child, said);
          history.check(directory, lifeSeed, said, said.written());
          tally.tried(outcome(traced, said));
        }
      }
    }
  }

  private static void killAtRandom(Child child, Random random) throws InterruptedException {
    if (random.nextInt(4) == 0) {
      child.awaitOpening(); // and die while it recovers
    } else {
      child.awaitOpen();
    }
    LockSupport.parkNanos(random.nextLong(LONGEST_NANOS));
    child.kill();
  }

  private static List<String> strace(Random random) {
    boolean renames = random.nextInt(4) == 0;
    String calls = renames ? "/^rename" : "fsync,fdatasync";
    int nth = 1 + random.nextInt(renames ? 5 : 40);
    return List.of(
        "strace",
        "-f",
        "-qqq",
        "-o",
        "/dev/null",
        "-e",
        "trace=" + calls,
        "-e",
        "inject=" + calls + ":signal=SIGKILL:when=" + nth);
  }

  private static void throwIfFailed(Child child, Acknowledged said) throws IOException {
    if (!said.failure().isEmpty()) {
      throw new AssertionError("the process failed: " + said.failure() + "\n" + child.complaints());
    }
  }

  private static String outcome(boolean traced, Acknowledged said) {
    if (said.end().equals("closed")) {
      return "ended before";
    }
    return traced ? "at an fsync or rename" : "at a random moment";
  }
}
