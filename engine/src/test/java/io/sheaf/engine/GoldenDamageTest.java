package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.compact.NoCompaction;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.UnsupportedFormatException;
import io.sheaf.testdata.GoldenStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** No byte of a store can change without that being noticed, but for those that say nothing. */
final class GoldenDamageTest {
  private static final Path DIRECTORY = Path.of("/store");

  /** Bytes whose damage is not noticed, because reading rows does not need them. */
  private static final Map<String, String> UNREAD =
      Map.of(
          "000001.manifest", "{251..274}", // the last mark: says that the edit before is synced
          "000003.log", "{160..207}", // the end record: says that the log was closed
          "000004.val", "{107..162}", // the footer: for who rebuilds a manifest
          "000005.sst", "{}",
          "CURRENT", "{}");

  @Test
  void everyByteIsCovered() throws IOException {
    GoldenStore golden = GoldenStore.of("v2/tiny");
    Map<String, String> unnoticed = new TreeMap<>();
    for (String file : golden.files()) {
      byte[] content = golden.content(file);
      BitSet offsets = new BitSet();
      for (int i = 0; i < content.length; i++) {
        content[i] ^= 0x40;
        offsets.set(i, !isNoticed(golden, file, content));
        content[i] ^= 0x40;
      }
      unnoticed.put(file, ranges(offsets));
    }
    assertEquals(new TreeMap<>(UNREAD), unnoticed);
  }

  /** Whether the store is refused; where it is not, its rows are the right ones. */
  private static boolean isNoticed(GoldenStore golden, String file, byte[] damaged)
      throws IOException {
    GoldenCopy copy = GoldenCopy.of(golden, new MemoryFileSystem(), DIRECTORY);
    copy.write(file, damaged);
    try (Db db = copy.open(NoCompaction::new)) {
      GoldenCopy.check(db, golden.tables());
      return false;
    } catch (CorruptionException | UnsupportedFormatException noticed) {
      return true;
    }
  }

  private static String ranges(BitSet offsets) {
    StringBuilder text = new StringBuilder("{");
    for (int from = offsets.nextSetBit(0); from >= 0; ) {
      int to = offsets.nextClearBit(from) - 1;
      text.append(text.length() > 1 ? ", " : "").append(from).append("..").append(to);
      from = offsets.nextSetBit(to + 1);
    }
    return text.append('}').toString();
  }
}
