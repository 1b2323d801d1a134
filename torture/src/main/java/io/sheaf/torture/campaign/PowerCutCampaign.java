package io.sheaf.torture.campaign;

import io.sheaf.engine.BatchHistory;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.torture.child.ChildStore;
import io.sheaf.torture.machine.Ext4Shutdown;
import io.sheaf.torture.machine.Mount;
import io.sheaf.torture.machine.Scratch;
import io.sheaf.torture.machine.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A real file system loses its power while a store writes to it: ext4 on a loop device, shut down
 * without writing its journal, and mounted again. Only what was acknowledged before the call
 * counts.
 */
public final class PowerCutCampaign implements Campaign {
  private static final int CUTS = 4;
  private static final long DEVICE_BYTES = 64L << 20;
  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  @Override
  public String name() {
    return "powercut";
  }

  @Override
  public String description() {
    return "real power cuts: an ext4 of its own, shut down by EXT4_IOC_SHUTDOWN while a store writes"
        + " and mounted again: all that was acknowledged under SYNC before is there";
  }

  @Override
  public Counts counts() {
    return new Counts("power cuts", 8, 500);
  }

  @Override
  public Optional<String> obstacle() {
    Optional<String> mounting = Mount.obstacle();
    if (mounting.isPresent() || Shell.succeeds("mkfs.ext4", "-V")) {
      return mounting;
    }
    return Optional.of("needs mkfs.ext4 (Debian: apt-get install e2fsprogs)");
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    Random random = new Random(seed);
    Ext4Shutdown shutdown = new Ext4Shutdown();
    try (Scratch scratch = Scratch.create();
        Mount device =
            Mount.ext4(scratch.resolve("point"), scratch.resolve("image"), DEVICE_BYTES)) {
      Path directory = device.point().resolve("store");
      BatchHistory history = new BatchHistory();
      for (int i = 0; i < CUTS; i++) {
        Life life = new Life(directory, history, random);
        int least = life.until(shutdown, device, LONGEST_NANOS);
        device.unmount();
        device.mount();
        try (Db db = ChildStore.open(directory)) {
          int held = life.history().check(db, least, life.history().size());
          history = life.history().prefix(held);
        }
        tally.tried();
      }
    }
  }

  /** A store that writes until the power is cut. */
  private static final class Life {
    private final Path directory;
    private final BatchHistory history;
    private final Random random;
    private volatile int synced;

    Life(Path directory, BatchHistory history, Random random) {
      this.directory = directory;
      this.history = history;
      this.random = random;
      this.synced = history.size();
    }

    BatchHistory history() {
      return history;
    }

    /** Writes, and returns how many batches were acknowledged before the power was cut. */
    int until(Ext4Shutdown shutdown, Mount device, long longestNanos) throws Exception {
      long delay = random.nextLong(longestNanos);
      Db open = null;
      try (Ext4Shutdown.Switch power = shutdown.open(device.point())) {
        FutureTask<Integer> cut =
            new FutureTask<>(() -> {
              LockSupport.parkNanos(delay);
              int before = synced;
              power.cut();
              return before;
            });
        Thread.ofPlatform().daemon(true).name("torture-power").start(cut);
        try {
          open = ChildStore.open(directory);
          write(open);
        } catch (IOException e) {
          throwIfDamage(e);
          return cut.get(); // it ends so: nothing can be written without power
        } finally {
          closeWithoutPower(open);
        }
      }
      throw new AssertionError("writes went on without power");
    }

    private void write(Db db) throws IOException, InterruptedException {
      Table[] tables = BatchHistory.openTables(db);
      Durability[] levels = Durability.values();
      while (true) {
        switch (random.nextInt(40)) {
          case 0 -> db.flush();
          case 1 -> db.compact(tables[random.nextInt(tables.length)], null, null);
          default -> {}
        }
        Durability durability = levels[random.nextInt(levels.length)];
        db.write(history.next(tables, random), durability);
        if (durability == Durability.SYNC) {
          synced = history.size();
        }
      }
    }

    /** A file without power cannot be read or written; what is read of it is still right. */
    private static void throwIfDamage(IOException failure) {
      for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
        if (cause instanceof CorruptionException) {
          throw new AssertionError("damage, where the power was cut", failure);
        }
      }
    }

    private static void closeWithoutPower(@Nullable Db db) {
      if (db != null) {
        try {
          db.close();
        } catch (IOException e) {
          throwIfDamage(e); // what it could not write is lost, as it should be
        }
      }
    }
  }
}
