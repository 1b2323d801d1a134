package io.sheaf.torture.campaign;

import io.sheaf.engine.SpaceRun;
import io.sheaf.lsm.io.DiskFileSystem;
import io.sheaf.torture.machine.Mount;
import io.sheaf.torture.machine.Scratch;
import java.io.IOException;
import java.util.Random;

/** The disk is full, and has space again: a simulated one, and a small real one where it can be. */
public final class NoSpaceCampaign implements Campaign {
  private static final long LEAST_BYTES = 1 << 20;
  private static final int MORE_BYTES = 2 << 20;

  @Override
  public String name() {
    return "enospc";
  }

  @Override
  public String description() {
    return "the disk is full while a store writes, and has space again: a clear error, reads go on,"
        + " deletes and collection go on, writes resume by themselves; a kill or a power cut while it is"
        + " full loses nothing";
  }

  @Override
  public Counts counts() {
    return new Counts("full disks", 4, 200);
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    Random random = new Random(seed);
    long capacity = LEAST_BYTES + random.nextInt(MORE_BYTES);
    SpaceRun.simulated(random, capacity).run();
    tally.tried("simulated");
    if (Mount.obstacle().isEmpty()) {
      onTmpfs(capacity, random);
      tally.tried("tmpfs");
    }
  }

  private static void onTmpfs(long capacity, Random random) throws Exception {
    try (Scratch scratch = Scratch.create();
        Mount mount = Mount.tmpfs(scratch.resolve("point"), capacity)) {
      SpaceRun.Space more = () -> resize(mount);
      new SpaceRun(new DiskFileSystem(), mount.point().resolve("store"), random, more).run();
    }
  }

  private static void resize(Mount mount) throws IOException {
    mount.resize(SpaceRun.PLENTY_BYTES);
  }
}
