package io.sheaf.torture.campaign;

import io.sheaf.engine.DamagedStore;
import io.sheaf.engine.DamagedStore.Outcome;
import io.sheaf.engine.SmallStore;
import io.sheaf.engine.StoreImage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Bytes that were written by the store, but not there: one file in the place of another, a piece of
 * one file in another or elsewhere in the same, a file as it was in another store.
 */
public final class SwapCampaign implements Campaign {
  private static final List<String> KINDS = List.of(".sst", ".val", ".log", ".manifest");
  private static final int PIECES = 60;
  private static final int LONGEST_PIECE_BYTES = 3_000;

  @Override
  public String name() {
    return "swap";
  }

  @Override
  public String description() {
    return "files or pieces of them in the place of others, and files of another store:"
        + " the right answer, or an error that names the file";
  }

  @Override
  public Counts counts() {
    return new Counts("swaps", 200, 10_000);
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    Random random = new Random(seed);
    DamagedStore store = new DamagedStore(random);
    StoreImage other = new DamagedStore(new Random(~seed)).image();
    for (String kind : KINDS) {
      List<String> names = store.image().names(kind);
      for (int i = 0; i < PIECES / KINDS.size(); i++) {
        piece(store, store.pick(kind, random), store.pick(kind, random), random, tally);
      }
      String one = store.pick(kind, random);
      for (String name : names) {
        if (!name.equals(one)) {
          exchange(store, kind, one, name, tally);
        }
      }
      for (String name : other.names(kind)) {
        if (names.contains(name)) {
          foreign(store, name, other.content(name), tally);
        }
      }
    }
    for (String log : store.image().names(".log")) {
      TwinLog.of(store.image(), log).ifPresent(twin -> twin(store, log, twin, tally));
    }
  }

  /** A piece of {@code from} lies somewhere in {@code to}. */
  private static void piece(
      DamagedStore store, String from, String to, Random random, Tally tally) {
    byte[] source = store.image().content(from);
    byte[] target = store.image().content(to);
    int length =
        1 + random.nextInt(Math.min(LONGEST_PIECE_BYTES, Math.min(source.length, target.length)));
    int sourceAt = random.nextInt(source.length - length + 1);
    int targetAt = random.nextInt(target.length - length + 1);
    System.arraycopy(source, sourceAt, target, targetAt, length);
    String damage = length + " bytes of " + from + " at " + sourceAt + " lie at " + targetAt;
    note(
        tally,
        store.check(
            store.image().with(to, target),
            mayBeNamed(to),
            damage,
            store.leastWithout(to, targetAt, targetAt + length)));
  }

  /** Two files have each other's content, and their own length. */
  private static void exchange(
      DamagedStore store, String kind, String one, String other, Tally tally) {
    byte[] first = store.image().content(one);
    byte[] second = store.image().content(other);
    StoreImage exchanged =
        store
            .image()
            .with(one, Arrays.copyOf(second, first.length))
            .with(other, Arrays.copyOf(first, second.length));
    int least =
        Math.min(
            store.leastWithout(one, 0, first.length), store.leastWithout(other, 0, second.length));
    note(tally, store.check(exchanged, kind, one + " and " + other + " exchanged", least));
  }

  /** A file is the one that another store has under this name. */
  private static void foreign(DamagedStore store, String name, byte[] content, Tally tally) {
    int length = store.image().content(name).length;
    int least = store.leastWithout(name, 0, length);
    StoreImage image = store.image().with(name, Arrays.copyOf(content, length));
    note(tally, store.check(image, mayBeNamed(name), name + " is that of another store", least));
  }

  /** A log is the one that another store has in its place, with the same sequence numbers. */
  private static void twin(DamagedStore store, String name, byte[] content, Tally tally) {
    StoreImage image = store.image().with(name, content);
    int least = store.leastWithout(name, 0, store.image().content(name).length);
    note(tally, store.check(image, name, name + " is a twin of another store", least));
  }

  /**
   * What the error must name: the file, but where it is a manifest any one. That of another store,
   * or one whose last edits are gone, needs files that are not there.
   */
  private static String mayBeNamed(String damaged) {
    return damaged.endsWith(".manifest") ? SmallStore.DIRECTORY + "/" : damaged;
  }

  private static void note(Tally tally, Outcome outcome) {
    tally.tried(outcome.name().toLowerCase(Locale.ROOT));
  }
}
