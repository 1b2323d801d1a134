package io.sheaf.torture.campaign;

import io.sheaf.torture.child.Acknowledged;
import io.sheaf.torture.child.Child;
import io.sheaf.torture.child.ChildHistory;
import io.sheaf.torture.machine.Scratch;
import io.sheaf.torture.machine.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Processes that write to one store, one after the other, and are killed: at a random moment, or,
 * where {@code strace} may be used, when a thread of theirs enters its n-th fsync or rename; or
 * that learn that the n-th fsync has failed.
 */
public final class KillCampaign implements Campaign {
  /** How a process ends. */
  private enum End {
    AT_RANDOM("at a random moment"),
    AT_CALL("at an fsync or rename"),
    /** It goes on until it is told that a sync has failed. */
    FAILING_SYNC("at a sync that failed");

    private final String words;

    End(String words) {
      this.words = words;
    }

    static End of(Random random) {
      return switch (random.nextInt(8)) {
        case 0 -> FAILING_SYNC;
        case 1, 2, 3 -> AT_CALL;
        default -> AT_RANDOM;
      };
    }
  }

  private static final int LIVES = 4;

  /** Exit code of a process that SIGKILL has ended. */
  private static final int KILLED = 128 + 9;

  private static final int BATCHES = 3_000;
  private static final int BATCHES_WHEN_TRACED = 300;
  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  @Override
  public String name() {
    return "kill";
  }

  @Override
  public String description() {
    return "kill -9 of a writing process, at a random moment and at the n-th fsync or rename, and an"
        + " fsync that fails, of which it must tell:"
        + " all that was acknowledged under SYNC or WRITTEN is there, as a prefix of whole batches";
  }

  @Override
  public Counts counts() {
    return new Counts("kills", 4, 1_000);
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    boolean traces = Shell.succeeds("strace", "-f", "-o", "/dev/null", "true");
    Random random = new Random(seed);
    try (Scratch scratch = Scratch.create()) {
      Path directory = scratch.resolve("store");
      Path trace = scratch.resolve("trace");
      ChildHistory history = new ChildHistory();
      for (int life = 0; life < LIVES; life++) {
        long lifeSeed = random.nextLong();
        End end = traces ? End.of(random) : End.AT_RANDOM;
        Child.Command command =
            end == End.AT_RANDOM
                ? Child.Command.plain(directory, lifeSeed, BATCHES)
                : Child.Command.plain(directory, lifeSeed, BATCHES_WHEN_TRACED)
                    .behind(strace(end, trace, random));
        try (Child child = Child.start(command, scratch.resolve("complaints"))) {
          if (end == End.AT_RANDOM) {
            killAtRandom(child, random);
          }
          Acknowledged said = child.awaitEnd();
          boolean struck = hasStruck(end, child, said, trace);
          history.check(directory, lifeSeed, said, said.written());
          if (struck) {
            tally.tried(end.words);
          } else {
            tally.note("ended before");
          }
        }
      }
    }
  }

  /** Whether the process came to this end, and not to the one of who has written all. */
  private static boolean hasStruck(End end, Child child, Acknowledged said, Path trace)
      throws IOException {
    String failure = said.failure();
    String told = "ended with " + child.exitCode() + " and '" + said.end() + "'\n";
    if (end == End.FAILING_SYNC && Files.readString(trace).contains("(INJECTED)")) {
      if (!failure.contains("input/output error")) {
        throw new AssertionError("a sync failed, and nobody was told: " + told);
      }
      return true;
    }
    boolean closed = said.end().equals("closed") && child.exitCode() == 0;
    if (!closed && (child.exitCode() != KILLED || !failure.isEmpty())) {
      throw new AssertionError("the process failed: " + told + child.complaints());
    }
    return !closed;
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

  private static List<String> strace(End end, Path trace, Random random) {
    String calls =
        end == End.FAILING_SYNC
            ? random.nextInt(4) == 0 ? "fsync" : "fdatasync" // of a directory, or of a file
            : random.nextInt(4) == 0 ? "/^rename" : "fsync,fdatasync";
    int nth = 1 + random.nextInt(calls.startsWith("/") ? 5 : 40);
    return List.of(
        "strace",
        "-f",
        "-qqq",
        "-o",
        trace.toString(),
        "-e",
        "trace=" + calls,
        "-e",
        "inject="
            + calls
            + (end == End.AT_CALL ? ":signal=SIGKILL" : ":error=EIO")
            + ":when="
            + nth);
  }
}
