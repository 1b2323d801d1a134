package io.sheaf.torture.campaign;

import io.sheaf.engine.DamagedStore;
import io.sheaf.engine.DamagedStore.Outcome;
import io.sheaf.engine.SmallStore;
import io.sheaf.engine.StoreImage;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/** CURRENT and the manifest: cut at each byte, with garbage inside or behind, missing. */
public final class ManifestCampaign implements Campaign {
  private static final int GARBAGES = 200;

  @Override
  public String name() {
    return "manifest";
  }

  @Override
  public String description() {
    return "CURRENT or the manifest cut at every byte, full of garbage, or missing: opens with every"
        + " row, or is refused with the way to go on";
  }

  @Override
  public Counts counts() {
    return new Counts("damages", 600, 100_000);
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    Random random = new Random(seed);
    DamagedStore store = new DamagedStore(random);
    for (String kind : new String[] {"CURRENT", ".manifest"}) {
      String name = store.image().names(kind).getLast();
      byte[] whole = store.image().content(name);
      check(store, store.image().without(name), name + " missing", tally);
      for (int length = 0; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        check(store, store.image().with(name, cut), name + " cut at " + length, tally);
      }
      for (int i = 0; i < GARBAGES; i++) {
        byte[] garbage =
            random.nextBoolean() ? whole.clone() : Arrays.copyOf(whole, whole.length + 1 + i);
        int from = random.nextInt(garbage.length);
        int to = from + 1 + random.nextInt(garbage.length - from);
        for (int at = from; at < to; at++) {
          garbage[at] = (byte) random.nextInt();
        }
        String damage = name + " with garbage from " + from + " to " + to;
        check(store, store.image().with(name, garbage), damage, tally);
      }
    }
  }

  private static void check(DamagedStore store, StoreImage image, String damage, Tally tally) {
    // without its last changes it misses, or needs, a file that they brought, or removed
    String named = SmallStore.DIRECTORY + "/";
    Outcome outcome = store.check(image, named, damage, store.size());
    if (outcome == Outcome.REFUSED && !DamagedStore.saysHowToGoOn(image)) {
      throw new AssertionError(damage + ": refused without the way to go on");
    }
    tally.tried(outcome.name().toLowerCase(Locale.ROOT));
  }
}
