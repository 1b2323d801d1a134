package io.sheaf.lsm.version;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.torture.Linearity;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Versions are installed while readers pin them: a reader gets the newest one, and no file goes
 * while a pinned version has it. The n-th version has the file n alone.
 */
public class LiveVersionsLinearTest {
  private final Map<Long, Integer> gone = new ConcurrentHashMap<>();
  private final LiveVersions versions =
      new LiveVersions(version(0), (kind, number) -> gone.merge(number, 1, Integer::sum));

  /** Makes one more version the newest. */
  @Operation(nonParallelGroup = "writer")
  public void install() {
    long before = versions.newest().lastSequence();
    versions
        .install(
            new VersionStep(
                new VersionEdit(List.of()),
                version(before + 1),
                Map.of(before + 1, FileKind.SSTABLE),
                Map.of(before, FileKind.SSTABLE),
                Map.of()))
        .close();
  }

  /** The number of the newest version, or a negative one where its file is gone. */
  @Operation
  public long read() {
    try (PinnedVersion pin = versions.pin()) {
      long number = pin.version().lastSequence();
      return gone.containsKey(number) ? -1 : number;
    }
  }

  /** The same of two that are pinned at once. */
  @Operation
  public long readInside() {
    try (PinnedVersion outer = versions.pin()) {
      long inner = read();
      long number = outer.version().lastSequence();
      return inner < number || gone.containsKey(number) ? -1 : number;
    }
  }

  /** All files but that of the newest version went, each once. */
  @Validate
  public void whatNobodyNeedsIsGone() {
    long newest = versions.newest().lastSequence();
    assertEquals(newest, gone.size());
    gone.forEach((number, times) -> assertEquals(1, times));
  }

  @Test
  void noFileGoesWhileItIsPinnedInAnyInterleaving() {
    Linearity.modelChecking(100).sequentialSpecification(Counter.class).check(getClass());
  }

  @Test
  void noFileGoesWhileItIsPinnedOnRealThreads() {
    Linearity.stress(500).sequentialSpecification(Counter.class).check(getClass());
  }

  private static Version version(long number) {
    return new Version(StoreId.NONE, Map.of(), 0, number, 0, 1);
  }

  /** A counter. */
  public static class Counter {
    private long newest;

    /** Counts. */
    public void install() {
      newest++;
    }

    /** The count. */
    public long read() {
      return newest;
    }

    /** The count. */
    public long readInside() {
      return newest;
    }
  }
}
