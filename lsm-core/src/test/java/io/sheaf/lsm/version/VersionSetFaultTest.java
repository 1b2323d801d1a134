package io.sheaf.lsm.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FaultFileSystem.InjectedException;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.WritableFile;
import io.sheaf.lsm.stats.Statistics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A store whose files are made, changed and deleted as in life, on a disk that loses its power
 * before each call, or on which a call fails: each change that was acknowledged is there when it is
 * opened again, with its files; the one under way is there whole or not at all.
 */
class VersionSetFaultTest {
  private static final Path DIRECTORY = Path.of("/stores/one");
  private static final int EDITS = 15;
  private static final long GROWTH_BYTES = 800;
  private static final int CLONES = 6;

  /** Makes up changes and applies them. */
  private static final class Life {
    final FileSystem disk;
    final RandomStore store;
    Version acknowledged = RandomStore.EMPTY;
    @Nullable Version underWay;
    private @Nullable VersionSet set;

    Life(FileSystem disk, long seed) {
      this.disk = disk;
      this.store =
          new RandomStore(
              new Random(seed),
              () -> opened().newFileNumber(),
              (kind, number, size) -> make(disk, FileNames.of(kind, number), size));
    }

    /** Twice: opens, deletes what is not needed, applies changes, closes. */
    void go() throws IOException {
      for (int opening = 0; opening < 2; opening++) {
        try (VersionSet now = open(disk)) {
          set = now;
          assertEquals(acknowledged, now.current());
          for (Numbered orphan : now.obsoleteOnOpen()) {
            disk.delete(DIRECTORY.resolve(FileNames.of(orphan.kind(), orphan.number())));
          }
          for (int i = 0; i < EDITS; i++) {
            VersionEdit edit = store.next();
            underWay = store.version();
            now.apply(edit);
            acknowledged = store.version();
            underWay = null;
          }
        }
      }
    }

    /** Opens what is left on {@code after}. */
    void check(FileSystem after, String message) throws IOException {
      try (VersionSet found = open(after)) {
        assertTrue(
            found.current().equals(acknowledged) || found.current().equals(underWay),
            () -> message + ": found " + found.current() + ", acknowledged " + acknowledged);
        for (Numbered orphan : found.obsoleteOnOpen()) {
          assertFalse(found.liveFiles().contains(orphan), message);
          after.delete(DIRECTORY.resolve(FileNames.of(orphan.kind(), orphan.number())));
        }
        found.apply(VersionEdit.of());
      }
      open(after).close();
    }

    private VersionSet opened() {
      if (set == null) {
        throw new AssertionError("not open yet");
      }
      return set;
    }
  }

  @Test
  void powerCutBeforeEachCall() throws IOException {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    CrashFileSystem disk = new CrashFileSystem();
    Life life = new Life(disk, seed);
    int[] clones = new int[1];
    List<IOException> failures = new ArrayList<>();
    disk.onOperation(operation -> {
      for (int i = 0; i < CLONES; i++) {
        String message = "before " + operation + ", seed " + seed;
        CrashFileSystem after =
            i == 0 ? disk.killClone() : disk.crashClone(new Random(random.nextLong()));
        try {
          life.check(after, message);
          clones[0]++;
        } catch (IOException failure) {
          failures.add(new IOException(message, failure));
        }
      }
    });
    life.go();
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    assertTrue(clones[0] > 100 * CLONES, "clones: " + clones[0]);
  }

  @Test
  void eachCallFailsOnce() throws IOException {
    long seed = TestSeed.next();
    for (Operation operation :
        new Operation[] {
          Operation.CREATE,
          Operation.OPEN,
          Operation.READ,
          Operation.WRITE,
          Operation.SYNC,
          Operation.RENAME,
          Operation.DELETE,
          Operation.LIST,
          Operation.SYNC_DIRECTORY
        }) {
      boolean struck = true;
      for (int nth = 1; struck; nth++) {
        String message = operation + " " + nth + ", seed " + seed;
        CrashFileSystem disk = new CrashFileSystem();
        FaultFileSystem faulty = new FaultFileSystem(disk);
        faulty.tearFailingWrites(new Random(seed));
        faulty.losePagesOnFailingSync(disk);
        faulty.failOnce(operation, nth);
        Life life = new Life(faulty, seed);
        try {
          life.go();
        } catch (IOException failure) {
          Throwable cause = failure.getCause() == null ? failure : failure.getCause();
          assertSame(InjectedException.class, cause.getClass(), message);
        }
        struck = faulty.injectedFaults() > 0;
        life.check(disk.killClone(), message);
        life.check(disk.crashClone(new Random(seed)), message);
      }
    }
  }

  private static VersionSet open(FileSystem disk) throws IOException {
    return VersionSet.open(
        disk,
        DIRECTORY,
        true,
        () -> RandomStore.ID,
        RandomStore.PREFIXES,
        (kind, number) -> {
          try {
            disk.delete(DIRECTORY.resolve(FileNames.of(kind, number)));
          } catch (IOException left) {
            // the next open deletes it
          }
        },
        new Statistics(),
        GROWTH_BYTES);
  }

  private static void make(FileSystem disk, String name, long sizeBytes) throws IOException {
    try (WritableFile file = disk.create(DIRECTORY.resolve(name))) {
      file.write(ByteBuffer.allocate((int) sizeBytes));
      file.sync();
    }
    disk.syncDirectory(DIRECTORY);
  }
}
