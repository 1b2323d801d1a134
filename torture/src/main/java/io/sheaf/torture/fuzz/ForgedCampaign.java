package io.sheaf.torture.fuzz;

import io.sheaf.torture.campaign.Campaign;
import io.sheaf.torture.campaign.Tally;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Files with bytes that nobody has written, under checksums that say nothing against it. */
public final class ForgedCampaign implements Campaign {
  private static final int FILES_OF_RUN = 50;
  private static final List<String> KINDS = FileAttack.kinds();

  private @Nullable UncheckedReaders readers;

  @Override
  public String name() {
    return "forged";
  }

  @Override
  public String description() {
    return "bytes of any file are changed and all checksums pass: readers answer or refuse, by no"
        + " exception but those that are defined, and allocate no more than is stated";
  }

  @Override
  public Counts counts() {
    return new Counts("files", 600, 1_000_000);
  }

  @Override
  public void run(long seed, Tally tally) {
    if (readers == null) {
      readers = new UncheckedReaders();
    }
    Random random = new Random(seed);
    String kind = KINDS.get((int) Math.floorMod(seed, (long) KINDS.size()));
    byte[] original = FileAttack.original(kind);
    Mutator mutator = new Mutator(random);
    for (int i = 0; i < FILES_OF_RUN; i++) {
      byte[] content = mutator.change(original);
      try {
        readers.read(kind, content);
      } catch (RuntimeException | AssertionError | OutOfMemoryError | StackOverflowError e) {
        throw new AssertionError(kind + " number " + i + ": " + e, e);
      }
      tally.tried(kind);
    }
  }
}
