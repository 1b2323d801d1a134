package io.sheaf.lsm.version;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.io.CorruptionException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StoreDirectoryTest {
  private static final Path DIRECTORY = Path.of("/store");

  private final TornFiles files = new TornFiles();

  @Test
  void missingOrEmptyDirectoryMayBecomeAStore() throws IOException {
    assertFalse(StoreDirectory.holdsStore(files, DIRECTORY));
    put("LOCK", 0);
    put("CURRENT.next", 10);
    put("lost+found", 0);
    assertFalse(StoreDirectory.holdsStore(files, DIRECTORY));
  }

  @Test
  void unfinishedCreationMayBecomeAStore() throws IOException {
    put("000001.manifest", 63);
    assertFalse(StoreDirectory.holdsStore(files, DIRECTORY));
    put("000001.manifest", 20);
    assertFalse(StoreDirectory.holdsStore(files, DIRECTORY));
  }

  @Test
  void currentMakesAStore() throws IOException {
    put("CURRENT", 0);
    put("notes.txt", 3);
    assertTrue(StoreDirectory.holdsStore(files, DIRECTORY));
  }

  @Test
  void filesOfAStoreWithoutCurrentAreRefused() {
    for (String name : new String[] {"000001.sst", "000012.val", "000003.log", "000002.manifest"}) {
      TornFiles one = new TornFiles();
      one.put(DIRECTORY.resolve(name), new byte[10]);
      CorruptionException refusal =
          assertThrows(
              CorruptionException.class, () -> StoreDirectory.holdsStore(one, DIRECTORY), name);
      String message = String.valueOf(refusal.getMessage());
      assertTrue(message.contains("CURRENT") && message.contains(name), message);
    }
    put("000001.manifest", 64); // holds an edit
    assertThrows(CorruptionException.class, () -> StoreDirectory.holdsStore(files, DIRECTORY));
  }

  @Test
  void foreignFilesAreNamed() {
    put("LOCK", 0);
    put("notes.txt", 3);
    IOException refusal =
        assertThrows(IOException.class, () -> StoreDirectory.holdsStore(files, DIRECTORY));
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains("'notes.txt'") && message.contains("/store"), message);
  }

  private void put(String name, int sizeBytes) {
    files.put(DIRECTORY.resolve(name), new byte[sizeBytes]);
  }
}
