package io.sheaf.im;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.engine.Sheaf;
import io.sheaf.im.model.ImException;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.io.CrashFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@link ImModelTest}: a store, its model, random calls to both, and crashes in between
 * and inside of calls.
 */
final class ImModelRun implements AutoCloseable {
  private static final Path DIRECTORY = Path.of("/im");
  private static final long BEGIN_MILLIS = 1_700_000_000_000L;
  private static final long LONGEST_MILLIS = 20L * 24 * 60 * 60 * 1000;

  private final Random random;
  private final ImModelCalls drawn;
  private final int largeMembers;
  private final boolean atOnce;
  private final boolean powerCuts;
  private final long rebaseEvents;
  private final List<Function<ImModel, @Nullable String>> history = new ArrayList<>();
  private CrashFileSystem disk = new CrashFileSystem();
  private ImModel model;
  private @Nullable Db db;
  private @Nullable ImStore store;

  ImModelRun(long seed) throws IOException {
    random = new Random(seed);
    drawn = new ImModelCalls(random, () -> model);
    largeMembers = random.nextInt(4) == 0 ? 100 : 2 + random.nextInt(3);
    atOnce = random.nextBoolean();
    powerCuts = random.nextBoolean();
    rebaseEvents = random.nextBoolean() ? 10_000 : 5 + random.nextInt(20);
    model = new ImModel(largeMembers, atOnce, BEGIN_MILLIS);
    open();
  }

  void run(int calls) throws Exception {
    for (int i = 0; i < calls; i++) {
      switch (random.nextInt(30)) {
        case 0 -> crash();
        case 1 -> {
          ImModelCalls.Call call = drawn.next();
          if (call.isAtomic()) {
            crashInside(call);
          } else {
            both(call);
          }
        }
        case 2 -> reopen();
        case 3 -> db().flush();
        case 4 -> pass();
        default -> both(drawn.next());
      }
      if (random.nextInt(8) == 0) {
        check();
      }
    }
    check();
    reopen();
    check();
  }

  @Override
  public void close() throws IOException {
    try (Db beneath = db;
        ImStore above = store) {
      store = null;
      db = null;
      assert (beneath == null) == (above == null);
    }
  }

  private void open() throws IOException {
    DbOptions options =
        DbOptions.DEFAULT
            .withMemory(16 << 20, 64 << 10)
            .withDurability(powerCuts ? Durability.SYNC : Durability.WRITTEN)
            .withCompaction(new CompactionLimits(1, 1.25, 0, 8 << 10, 4));
    Db opened =
        Db.open(
            DIRECTORY,
            options,
            Sheaf.components().withFileSystem(disk).withClock(() -> model.nowMillis));
    db = opened;
    store =
        ImStore.open(
            opened,
            ImOptions.DEFAULT
                .withLargeMembers(largeMembers)
                .withRebaseEvents(rebaseEvents)
                .withWindow(atOnce ? Duration.ZERO : Duration.ofMinutes(1)),
            () -> model.nowMillis);
  }

  private void reopen() throws IOException {
    onModel(present -> {
      present.writeWindow();
      return null;
    });
    close();
    open();
  }

  /** The process dies, or the power goes, between two calls. */
  private void crash() throws IOException {
    CrashFileSystem left = powerCuts ? disk.crashClone(random) : disk.killClone();
    close();
    disk = left;
    onModel(present -> {
      present.crash();
      return null;
    });
    open();
  }

  /** The same while a call is under way: afterwards it has happened, or it has not. */
  private void crashInside(ImModelCalls.Call call) throws IOException {
    CrashFileSystem running = disk;
    CrashFileSystem[] left = new CrashFileSystem[1];
    int[] operation = {1 + random.nextInt(3)};
    Random cut = new Random(random.nextLong());
    running.onOperation(name -> {
      if (--operation[0] == 0) {
        left[0] = powerCuts ? running.crashClone(cut) : running.killClone();
      }
    });
    List<Function<ImModel, @Nullable String>> before = List.copyOf(history);
    both(call);
    running.onOperation(name -> {});
    if (left[0] == null) {
      return;
    }
    ImModel after = model;
    close();
    disk = left[0];
    ImModel without = new ImModel(largeMembers, atOnce, BEGIN_MILLIS);
    for (Function<ImModel, @Nullable String> change : before) {
      String _ = change.apply(without);
    }
    open();
    after.crash();
    without.crash();
    AssertionError asAfter = difference(after);
    if (asAfter == null) {
      onModel(present -> {
        present.crash();
        return null;
      });
      return;
    }
    AssertionError asBefore = difference(without);
    if (asBefore != null) {
      asBefore.addSuppressed(asAfter);
      throw asBefore;
    }
    history.clear();
    history.addAll(before);
    history.add(present -> {
      present.crash();
      return null;
    });
    model = without;
  }

  /** Time passes, with what the store does on its own meanwhile. */
  private void pass() throws IOException {
    long part = random.nextInt(3) == 0 ? ImModel.EVENT_MILLIS / 16 : 1 + random.nextInt(100_000);
    int parts = random.nextInt(20);
    for (int i = 0; i < parts && model.nowMillis < BEGIN_MILLIS + LONGEST_MILLIS; i++) {
      onModel(present -> {
        present.nowMillis += part;
        return null;
      });
      store().sealHeads();
    }
  }

  private void both(ImModelCalls.Call call) throws IOException {
    String expected = onModel(call::onModel);
    String found;
    try {
      found = call.onStore(store());
    } catch (ImException e) {
      found = e.getClass().getSimpleName();
    }
    assertEquals(expected, found, () -> "after " + history.size() + " calls");
  }

  private @Nullable String onModel(Function<ImModel, @Nullable String> change) {
    history.add(change);
    return change.apply(model);
  }

  private void check() throws IOException {
    AssertionError different = difference(model);
    if (different != null) {
      throw different;
    }
  }

  private @Nullable AssertionError difference(ImModel expected) throws IOException {
    try {
      new ImModelCheck(expected, store(), rebaseEvents).check(this::fetched);
      return null;
    } catch (AssertionError e) {
      return e;
    }
  }

  /** A device of the user has synced: what it fetched stays fetched. */
  private void fetched(ImModel present, String user) {
    if (present == model) {
      onModel(one -> {
        one.fetch(user);
        return null;
      });
    } else {
      present.fetch(user);
    }
  }

  private ImStore store() {
    if (store == null) {
      throw new IllegalStateException("no store is open");
    }
    return store;
  }

  private Db db() {
    if (db == null) {
      throw new IllegalStateException("no store is open");
    }
    return db;
  }
}
