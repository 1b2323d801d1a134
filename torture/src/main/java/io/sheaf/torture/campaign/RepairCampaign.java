package io.sheaf.torture.campaign;

import io.sheaf.engine.DamagedStore;
import io.sheaf.engine.RepairScenario;
import io.sheaf.engine.RepairScenario.Damage;
import java.util.Locale;
import java.util.Random;

/** Damaged files, checked and repaired. */
public final class RepairCampaign implements Campaign {
  private static final int TIMES = 4;
  private static final int FLIPS = 24;

  @Override
  public String name() {
    return "repair";
  }

  @Override
  public String description() {
    return "a damaged, missing or swapped file: verify --deep finds it, and repair brings back each"
        + " row that it does not name as lost, and none that was deleted or never written";
  }

  @Override
  public Counts counts() {
    return new Counts("damages", 100, 100_000);
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    RepairScenario store = new RepairScenario(new Random(seed));
    for (String kind : DamagedStore.KINDS) {
      for (Damage how : Damage.values()) {
        for (int i = how == Damage.FLIPPED_BIT ? FLIPS : TIMES; i > 0; i--) {
          store.damage(kind, how);
          tally.tried(how.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
      }
    }
    for (int i = 0; i < TIMES; i++) {
      store.damageSeveral();
      tally.tried("several files");
    }
  }
}
