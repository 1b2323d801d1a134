package io.sheaf.valuelog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.value.ValueWriter;
import io.sheaf.valuelog.Store.Written;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ValueLogDurabilityTest {
  private static final int POWER_CUTS = 100;

  private final CrashFileSystem disk = new CrashFileSystem();

  @Test
  void whatIsFinishedSurvivesEveryPowerCut() throws IOException {
    ValueLogOptions options = ValueLogOptions.DEFAULT.withFileBytes(20_000);
    try (Store store = new Store(new ObservedFileSystem(disk), options, 1 << 20)) {
      List<Written> blocks = store.write(new Random(1), 9000, 30_000, 100, 50_000, 700);
      disk.syncDirectory(Store.DIRECTORY);
      for (int seed = 0; seed < POWER_CUTS; seed++) {
        CrashFileSystem after = disk.crashClone(new Random(seed));
        for (Written block : blocks) {
          assertEquals(block.content(), find(after, store, block), "power cut " + seed);
        }
      }
    }
  }

  /** The values of a block as a scan of its file finds them. */
  private static Slice find(CrashFileSystem disk, Store store, Written block) throws IOException {
    long number = block.reference().fileNumber;
    try (ValueFileReader reader = ValueFileReader.open(disk, store.path(number), number)) {
      for (ValueBlock at = reader.next(); at != null; at = reader.next()) {
        if (at.offset() == block.reference().blockOffset) {
          return valuesOf(reader);
        }
      }
    }
    throw new AssertionError("no block at " + block.reference());
  }

  private static Slice valuesOf(ValueFileReader reader) throws IOException {
    try (NativeBuffer values = reader.values()) {
      return Slice.of(values.segment().toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void whatIsNotFinishedIsNeverTakenForWhole() throws IOException {
    List<CrashFileSystem> cuts = new ArrayList<>();
    List<Written> blocks = new ArrayList<>();
    try (Store store = new Store(new ObservedFileSystem(disk), ValueLogOptions.DEFAULT, 1 << 20)) {
      try (ValueWriter writer = store.log.newWriter(Store.TABLE, Compression.NONE, null)) {
        for (int i = 0; i < 5; i++) {
          blocks.add(Store.add(writer, i, Store.values(new Random(i), 300_000)));
          for (int seed = 0; seed < POWER_CUTS / 5; seed++) {
            cuts.add(disk.crashClone(new Random(seed)));
          }
        }
        writer.finish();
      }
      for (CrashFileSystem after : cuts) {
        if (after.exists(store.path(1))) {
          assertThrows(CorruptionException.class, () -> scan(after, store.path(1), blocks));
        }
      }
    }
  }

  private static void scan(CrashFileSystem disk, Path path, List<Written> blocks)
      throws IOException {
    try (ValueFileReader reader = ValueFileReader.open(disk, path, 1)) {
      for (int i = 0; reader.next() != null; i++) {
        assertEquals(blocks.get(i).content(), valuesOf(reader));
      }
    }
  }
}
