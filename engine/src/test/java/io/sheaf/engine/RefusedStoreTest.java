package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.compact.NoCompaction;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.testdata.GoldenStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A store that is refused keeps the files that hold its rows: a repair has nothing else. */
final class RefusedStoreTest {
  static final List<String> NAMES = GoldenStore.NAMES;
  private static final Path DIRECTORY = Path.of("/store");

  /** Bytes of a synced mark: a manifest without its last one says the same. */
  private static final int MARK_BYTES = 24;

  @ParameterizedTest
  @FieldSource("NAMES")
  void aManifestCutShortCostsNoFile(String name) throws IOException {
    GoldenStore golden = GoldenStore.of(name);
    String manifest =
        golden.files().stream()
            .filter(file -> file.endsWith(".manifest"))
            .findFirst()
            .orElseThrow();
    byte[] content = golden.content(manifest);
    for (int length = FileHeader.BYTES; length < content.length - MARK_BYTES; length++) {
      GoldenCopy copy = GoldenCopy.of(golden, new MemoryFileSystem(), DIRECTORY);
      copy.write(manifest, Arrays.copyOf(content, length));
      String cut = manifest + " cut to " + length + " bytes";
      for (int attempt = 1; attempt <= 2; attempt++) {
        assertThrows(CorruptionException.class, () -> copy.open(NoCompaction::new).close(), cut);
      }
      for (String file : golden.files()) {
        if (file.endsWith(".sst") || file.endsWith(".val") || file.endsWith(".log")) {
          assertTrue(copy.files().exists(DIRECTORY.resolve(file)), () -> cut + " cost " + file);
        }
      }
    }
  }
}
