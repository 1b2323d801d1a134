package io.sheaf.torture.proof;

import io.sheaf.torture.campaign.Campaign;
import io.sheaf.torture.campaign.Tally;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Proves the campaigns: each sync, checksum and order that the code keeps to is left out, one after
 * the other, and a campaign must then find something.
 */
public final class ProofCampaign implements Campaign {
  /** What is left out. */
  private sealed interface Switch {
    String label();

    /** A guard in the code. */
    record Without(Site site) implements Switch {
      @Override
      public String label() {
        return site.label();
      }
    }

    /** An order of calls to the disk. */
    record Late(LateSync.Rule rule) implements Switch {
      @Override
      public String label() {
        return "order " + rule.label();
      }
    }
  }

  /** A campaign, and how many of its runs are tried. */
  private record Attempts(String campaign, int runs) {}

  private static final List<Attempts> AGAINST_SYNC =
      List.of(new Attempts("crash", 60), new Attempts("copy", 12), new Attempts("repair", 8));

  /** What copies and compacts stores from outside is only run by one campaign. */
  private static final List<Attempts> AGAINST_SYNC_OF_COPY =
      List.of(new Attempts("copy", 150), new Attempts("crash", 2));

  private static final String COPIES = "io.sheaf.engine.";

  private static final List<Attempts> AGAINST_CHECKSUM =
      List.of(
          new Attempts("bitflip", 2),
          new Attempts("swap", 3),
          new Attempts("manifest", 1),
          new Attempts("crash", 4),
          new Attempts("torn", 1),
          new Attempts("repair", 12));

  private static final long PATIENCE_SECONDS = 120;

  /** A trial does not end when it takes so many times as long as one with nothing left out. */
  private static final int PATIENCE_FACTOR = 10;

  private static final String ENDLESS = "does not end";

  /** Guards that no campaign misses, and why they are kept. */
  static final Map<String, String> NOT_MISSED =
      Map.of(
          "sync LogSequence.settle",
          "a store that opens has written CURRENT before it reads its logs, which syncs the"
              + " directory too; LogCrashTest, which has logs alone, finds records lost without it",
          "checksum StoredBlockWalk.storedBytesAt",
          "what the walk takes for a block is checked again when its rows are read: without it,"
              + " repair could only pass over more than it must");

  private final List<Switch> switches;

  /** A campaign that leaves out everything there is. */
  public ProofCampaign() {
    List<Switch> all = new ArrayList<>();
    try {
      GuardedClasses.sites().forEach(site -> all.add(new Switch.Without(site)));
    } catch (IOException e) {
      throw new UncheckedIOException("the classes of the store cannot be read", e);
    }
    LateSync.Rule.ALL.forEach(rule -> all.add(new Switch.Late(rule)));
    switches = List.copyOf(all);
  }

  /** The seed under which what has this label is left out; empty: nothing has it. */
  public OptionalLong seedOf(String label) {
    return IntStream.range(0, switches.size())
        .filter(i -> switches.get(i).label().equals(label))
        .asLongStream()
        .findFirst();
  }

  @Override
  public String name() {
    return "proof";
  }

  @Override
  public String description() {
    return "each sync, checksum and order in the code is left out, one after the other:"
        + " another campaign finds something";
  }

  @Override
  public Counts counts() {
    return new Counts("switches", 1, switches.size());
  }

  @Override
  public long mostFindings() {
    return switches.size(); // each is another one
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    Switch one = switches.get((int) Math.floorMod(seed, (long) switches.size()));
    Optional<String> shown = shownBy(one);
    String reason = NOT_MISSED.get(one.label());
    if (shown.isEmpty() && reason == null) {
      throw new AssertionError("nothing was found without: " + one.label());
    }
    tally.note(one.label() + ": " + shown.orElse("not missed: " + reason));
    tally.tried();
  }

  private static Optional<String> shownBy(Switch one)
      throws ReflectiveOperationException, InterruptedException {
    return switch (one) {
      case Switch.Late late -> {
        for (long seed = 1; seed <= AGAINST_SYNC.getFirst().runs(); seed++) {
          if (Trial.ofLate(late.rule(), seed) != null) {
            yield Optional.of("crash, seed " + seed);
          }
        }
        yield Optional.empty();
      }
      case Switch.Without without -> {
        MutantLoader loader = MutantLoader.without(without.site());
        List<Attempts> all =
            switch (without.site().guard()) {
              case SYNC, STEP ->
                  without.site().className().startsWith(COPIES)
                      ? AGAINST_SYNC_OF_COPY
                      : AGAINST_SYNC;
              case CHECKSUM -> AGAINST_CHECKSUM;
            };
        for (Attempts attempts : all) {
          for (long seed = 1; seed <= attempts.runs(); seed++) {
            Object found = tried(loader, attempts.campaign(), seed);
            if (found != null) {
              checkWithAll(attempts.campaign(), seed);
              String how = found.equals(ENDLESS) ? ", " + ENDLESS : "";
              yield Optional.of(attempts.campaign() + ", seed " + seed + how);
            }
          }
        }
        yield Optional.empty();
      }
    };
  }

  /** What a run finds, or that it does not end; null: nothing. */
  private static @Nullable Object tried(MutantLoader loader, String campaign, long seed)
      throws ReflectiveOperationException, InterruptedException {
    Method trial =
        loader.loadClass(Trial.class.getName()).getMethod("of", String.class, long.class);
    FutureTask<@Nullable Object> run = new FutureTask<>(() -> trial.invoke(null, campaign, seed));
    Thread.ofPlatform().daemon(true).name("torture-trial").start(run);
    try {
      return run.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return triedLonger(run, campaign, seed);
    } catch (ExecutionException e) {
      throw new AssertionError("the trial itself failed", e);
    }
  }

  /** Checks that a run finds nothing where nothing is left out. */
  private static void checkWithAll(String campaign, long seed) {
    String found = Trial.of(campaign, seed);
    if (found != null) {
      throw new AssertionError(campaign + ", seed " + seed + ", with nothing left out: " + found);
    }
  }

  /** Waits on, for as long as this machine may need: a slow one must not pass for a finding. */
  private static @Nullable Object triedLonger(
      FutureTask<@Nullable Object> run, String campaign, long seed) throws InterruptedException {
    long begin = System.nanoTime();
    checkWithAll(campaign, seed);
    try {
      return run.get(PATIENCE_FACTOR * (System.nanoTime() - begin), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return ENDLESS;
    } catch (ExecutionException e) {
      throw new AssertionError("the trial itself failed", e);
    }
  }
}
