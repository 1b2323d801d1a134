package io.sheaf.torture.campaign;

import io.sheaf.engine.DamagedStore;
import io.sheaf.engine.StoreImage;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * One flipped bit: every bit of CURRENT and of the header of a log's record, random ones of each
 * other kind of file.
 */
public final class BitFlipCampaign implements Campaign {
  private static final int FLIPS_OF_KIND = 100;

  @Override
  public String name() {
    return "bitflip";
  }

  @Override
  public String description() {
    return "a flipped bit in any file: the right answer, or an error that names the file; a row is"
        + " gone only behind what the log states as synced";
  }

  @Override
  public Counts counts() {
    return new Counts("flips", 1_000, 1_000_000);
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    Random random = new Random(seed);
    DamagedStore store = new DamagedStore(random);
    for (String kind : DamagedStore.KINDS) {
      List<String> names = store.image().names(kind);
      if (names.size() == 1 && store.image().content(kind).length > 0) {
        for (long bit = 0; bit < bits(store, kind); bit++) {
          flip(store, kind, bit, tally);
        }
      } else {
        for (int i = 0; i < FLIPS_OF_KIND; i++) {
          String name = store.pick(kind, random);
          flip(store, name, store.pickBit(name, random), tally);
        }
      }
    }
    long header = store.pickRecord(random) * Byte.SIZE;
    for (int bit = 0; bit < DamagedStore.RECORD_HEADER_BYTES * Byte.SIZE; bit++) {
      flip(store, store.syncedLog(), header + bit, tally);
    }
  }

  private static void flip(DamagedStore store, String name, long bit, Tally tally) {
    StoreImage image = store.image();
    byte[] content = image.content(name);
    content[(int) (bit / Byte.SIZE)] ^= (byte) (1 << bit % Byte.SIZE);
    DamagedStore.Outcome outcome =
        store.check(
            image.with(name, content),
            name,
            "bit " + bit,
            store.leastWithout(name, bit / Byte.SIZE));
    if (outcome == DamagedStore.Outcome.HARMLESS && store.isReadFirst(name, bit / Byte.SIZE)) {
      throw new AssertionError(name + " with damage: bit " + bit + ": is not noticed");
    }
    tally.tried(outcome.name().toLowerCase(Locale.ROOT));
  }

  private static long bits(DamagedStore store, String name) {
    return (long) store.image().content(name).length * Byte.SIZE;
  }
}
