package io.sheaf.lsm.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.stats.Statistics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Ends the power, or fails the disk, at each call of the file system in turn, and opens what is
 * left: each change that was acknowledged is there, the one that was under way is there whole or
 * not at all, and no number of a file that is there is given again.
 */
class VersionSetCrashTest {
  private static final Path DIRECTORY = Path.of("/store");
  private static final int EDITS = 12;
  private static final long GROWTH_BYTES = 600;
  private static final int CUTS = 20;

  /** What a run that was cut short had done by then. */
  private static final class Run {
    final TornFiles files;
    Version acknowledged = RandomStore.EMPTY;
    @Nullable Version underWay;
    boolean finished;

    Run(TornFiles files) {
      this.files = files;
    }

    /** Opens, changes, closes and opens again, until a call fails. */
    Run go(long seed) {
      Random random = new Random(seed);
      VersionSet[] set = new VersionSet[1];
      RandomStore store =
          new RandomStore(
              random,
              () -> set[0].newFileNumber(),
              (kind, number, size) ->
                  files.put(DIRECTORY.resolve(FileNames.of(kind, number)), new byte[(int) size]));
      try {
        for (int opening = 0; opening < 2; opening++) {
          try (VersionSet opened = open(files)) {
            set[0] = opened;
            assertEquals(acknowledged, opened.current());
            for (int i = 0; i < EDITS; i++) {
              VersionEdit edit = store.next();
              underWay = store.version();
              opened.apply(edit);
              acknowledged = store.version();
              underWay = null;
            }
          }
        }
        finished = true;
      } catch (IOException failed) {
        assertTrue(injected(failed), failed::toString);
      }
      return this;
    }
  }

  @Test
  void powerCutAtEveryCall() throws IOException {
    long seed = TestSeed.next();
    Run cut = new Run(new TornFiles());
    for (int call = 1; !cut.finished; call++) {
      cut = new Run(new TornFiles());
      cut.files.failFrom(call);
      cut.go(seed);
      for (int i = 0; i < CUTS; i++) {
        String message = "call " + call + ", cut " + i + ", seed " + seed;
        check(cut, cut.files.afterPowerCut(new Random(seed + i)), message);
      }
    }
    assertTrue(cut.files.calls() > 100);
  }

  @Test
  void killAtEveryCall() throws IOException {
    long seed = TestSeed.next();
    Run cut = new Run(new TornFiles());
    for (int call = 1; !cut.finished; call++) {
      cut = new Run(new TornFiles());
      cut.files.failFrom(call);
      cut.go(seed);
      check(cut, cut.files.copy(), "call " + call + ", seed " + seed);
    }
  }

  @Test
  void powerCutDuringTheOpeningAfterAPowerCut() throws IOException {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      String message = "round " + i + ", seed " + seed;
      Run cut = new Run(new TornFiles());
      cut.files.failFrom(1 + random.nextInt(250));
      cut.go(seed + i);
      TornFiles left = cut.files.afterPowerCut(random);
      left.failFrom(1 + random.nextInt(20));
      try {
        open(left).close();
      } catch (IOException failed) {
        assertTrue(injected(failed), message);
      }
      check(cut, left.afterPowerCut(random), message);
    }
  }

  private static void check(Run cut, TornFiles left, String message) throws IOException {
    try (VersionSet set = open(left)) {
      Version found = set.current();
      assertTrue(
          found.equals(cut.acknowledged) || found.equals(cut.underWay),
          () -> message + ": found " + found + ", acknowledged " + cut.acknowledged);
      List<Numbered> present = StoreDirectory.numbered(left.list(DIRECTORY));
      long next = set.newFileNumber();
      for (Numbered file : present) {
        assertTrue(file.number() < next, message);
      }
      for (Numbered orphan : set.obsoleteOnOpen()) {
        assertFalse(set.liveFiles().contains(orphan), message);
        left.delete(DIRECTORY.resolve(FileNames.of(orphan.kind(), orphan.number())));
      }
      set.apply(VersionEdit.of());
    }
    try (VersionSet again = open(left)) {
      assertEquals(1, again.obsoleteOnOpen().size(), message); // the manifest before
      assertEquals(FileKind.MANIFEST, again.obsoleteOnOpen().getFirst().kind(), message);
    }
  }

  private static boolean injected(IOException failed) {
    Throwable cause = failed.getCause() == null ? failed : failed.getCause();
    return String.valueOf(cause.getMessage()).contains("injected");
  }

  private static VersionSet open(TornFiles files) throws IOException {
    return VersionSet.open(
        files,
        DIRECTORY,
        true,
        () -> RandomStore.ID,
        RandomStore.PREFIXES,
        (kind, number) -> {},
        new Statistics(),
        GROWTH_BYTES);
  }
}
