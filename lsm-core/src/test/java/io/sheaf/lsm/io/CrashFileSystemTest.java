package io.sheaf.lsm.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CrashFileSystemTest extends FileSystemContract {
  private static final Path DIRECTORY = Path.of("/store");

  private final CrashFileSystem files = new CrashFileSystem();

  @Override
  protected FileSystem create() {
    return new CrashFileSystem();
  }

  @BeforeEach
  void createStore() throws IOException {
    files.createDirectories(DIRECTORY);
  }

  @Test
  void whatWasSyncedIsAlwaysThere() throws IOException {
    WritableFile file = files.create(file("one"));
    file.write(bytes('a', 10_000));
    file.sync();
    files.syncDirectory(DIRECTORY);
    file.write(bytes('b', 10_000));
    for (int seed = 0; seed < 200; seed++) {
      byte[] left = read(files.crashClone(new Random(seed)), "one");
      assertTrue(left.length >= 10_000 && left.length <= 20_000, "seed " + seed);
      for (int i = 0; i < 10_000; i++) {
        assertEquals('a', left[i], "seed " + seed + " byte " + i);
      }
    }
  }

  @Test
  void unsyncedPagesGoInAnyOrder() throws IOException {
    WritableFile file = files.create(file("one"));
    files.syncDirectory(DIRECTORY);
    file.write(bytes('a', 4 * 4096));
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < 500; seed++) {
      byte[] left = read(files.crashClone(new Random(seed)), "one");
      StringBuilder pages = new StringBuilder();
      for (int i = 0; i < left.length; i += 4096) {
        pages.append(left[i] == 'a' ? 'a' : '0');
      }
      seen.add(pages.toString());
    }
    assertTrue(seen.containsAll(List.of("", "aaaa", "0a0a", "a0a0", "000a", "a")), seen::toString);
  }

  @Test
  void namesNeedTheirDirectorySynced() throws IOException {
    files.create(file("one")).close();
    files.syncDirectory(DIRECTORY);
    files.create(file("two")).close();
    files.delete(file("one"));
    Set<List<String>> seen = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      seen.add(files.crashClone(new Random(seed)).list(DIRECTORY).stream().sorted().toList());
    }
    assertEquals(Set.of(List.of(), List.of("one"), List.of("two"), List.of("one", "two")), seen);
    files.syncDirectory(DIRECTORY);
    assertEquals(List.of("two"), files.crashClone(new Random(1)).list(DIRECTORY));
  }

  @Test
  void aRenameIsWholeOrNotAtAll() throws IOException {
    write("current", "old");
    files.syncDirectory(DIRECTORY);
    write("next", "new");
    files.syncDirectory(DIRECTORY);
    files.rename(file("next"), file("current"));
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      CrashFileSystem after = files.crashClone(new Random(seed));
      String current = new String(read(after, "current"), US_ASCII);
      assertEquals(current.equals("old"), after.exists(file("next")), "seed " + seed);
      seen.add(current);
    }
    assertEquals(Set.of("old", "new"), seen);
  }

  @Test
  void theSameSeedLeavesTheSame() throws IOException {
    for (int i = 0; i < 20; i++) {
      WritableFile file = files.create(file("file" + i));
      file.write(bytes('x', 3 * 4096));
    }
    CrashFileSystem first = files.crashClone(new Random(7));
    CrashFileSystem second = files.crashClone(new Random(7));
    List<String> names = first.list(DIRECTORY).stream().sorted().toList();
    assertEquals(names, second.list(DIRECTORY).stream().sorted().toList());
    for (String name : names) {
      assertArrayEquals(read(first, name), read(second, name));
    }
  }

  @Test
  void aKilledProcessLosesNothingButWhatItDidNotSyncCanStillGo() throws IOException {
    WritableFile file = files.create(file("one"));
    file.write(bytes('a', 4096));
    CrashFileSystem killed = files.killClone();
    assertEquals(4096, read(killed, "one").length);
    Set<Boolean> there = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      there.add(killed.crashClone(new Random(seed)).exists(file("one")));
    }
    assertEquals(Set.of(true, false), there);
    // The two are apart.
    file.write(bytes('b', 4096));
    assertEquals(4096, read(killed, "one").length);
  }

  @Test
  void theLockGoesWithTheProcess() throws IOException {
    FileSystem.FileLock held = files.lock(file(FileNames.LOCK));
    files.killClone().lock(file(FileNames.LOCK)).close();
    files.crashClone(new Random(1)).lock(file(FileNames.LOCK)).close();
    held.close();
  }

  @Test
  void everyChangeIsObservedAndMayClone() throws IOException {
    List<String> seen = new ArrayList<>();
    files.onOperation(operation -> {
      seen.add(operation);
      files.crashClone(new Random(1));
    });
    WritableFile file = files.create(file("one"));
    file.write(bytes('a', 5));
    file.write(bytes('a', 7));
    file.sync();
    file.truncate(3);
    files.rename(file("one"), file("two"));
    files.link(file("two"), file("three"));
    files.delete(file("two"));
    files.syncDirectory(DIRECTORY);
    assertEquals(
        List.of(
            "create one",
            "write one 0 + 5",
            "write one 5 + 7",
            "sync one",
            "truncate one to 3",
            "rename one to two",
            "link two as three",
            "delete two",
            "syncDirectory store"),
        seen);
  }

  @Test
  void lostPagesShowWhatWasSyncedAndALaterSyncDoesNotBringThemBack() throws IOException {
    WritableFile file = files.create(file("one"));
    file.write(bytes('a', 4096));
    file.sync();
    files.syncDirectory(DIRECTORY);
    file.write(bytes('b', 4096));
    files.loseUnsynced(file("one"));
    file.sync();
    byte[] left = read(files.crashClone(new Random(1)), "one");
    assertEquals(8192, left.length);
    assertEquals('a', left[4095]);
    assertEquals(0, left[4096]);
  }

  @Test
  void pagesThatAreOnlyInMemoryAreReadAndAreNotSyncedUntilTheyAreWrittenAgain() throws IOException {
    WritableFile file = files.create(file("one"));
    file.write(bytes('a', 4096));
    file.sync();
    files.syncDirectory(DIRECTORY);
    file.write(bytes('b', 8192));
    files.forgetUnsynced(file("one"));
    file.sync();
    CrashFileSystem restarted = files.killClone();
    for (CrashFileSystem now : List.of(files, restarted)) {
      byte[] read = read(now, "one");
      assertEquals('a', read[4095]);
      assertEquals('b', read[4096]);
      for (int seed = 0; seed < 50; seed++) {
        assertEquals(0, read(now.crashClone(new Random(seed)), "one")[4096]);
      }
    }
    try (WritableFile again = restarted.overwrite(file("one"))) {
      again.write(ByteBuffer.wrap(Arrays.copyOf(read(restarted, "one"), 8192)));
      again.sync();
    }
    byte[] left = read(restarted.crashClone(new Random(1)), "one");
    assertEquals('b', left[4096]);
    assertEquals(0, left[8192]);
  }

  @Test
  void aDirectoryThatIsDeletedTakesItsFilesWithItOnceTheOneAboveIsSynced() throws IOException {
    files.createDirectories(file("left"));
    write("left/one", "a");
    files.syncDirectory(file("left"));
    files.delete(file("left/one"));
    files.delete(file("left"));
    Set<Boolean> seen = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      seen.add(files.crashClone(new Random(seed)).exists(file("left/one")));
    }
    assertEquals(Set.of(true, false), seen);
    files.syncDirectory(DIRECTORY);
    files.createDirectories(file("left"));
    write("left/two", "b");
    files.syncDirectory(file("left"));
    for (int seed = 0; seed < 200; seed++) {
      CrashFileSystem after = files.crashClone(new Random(seed));
      assertEquals(List.of("two"), after.list(file("left")), "seed " + seed);
    }
  }

  @Test
  void aFlippedBitIsOnTheDisk() throws IOException {
    write("one", "a");
    files.syncDirectory(DIRECTORY);
    files.flipBit(file("one"), 1);
    assertEquals("c", new String(read(files, "one"), US_ASCII));
    CrashFileSystem after = files.crashClone(new Random(1));
    assertEquals("c", new String(read(after, "one"), US_ASCII));
    assertFalse(after.exists(file("two")));
  }

  private void write(String name, String content) throws IOException {
    try (WritableFile file = files.create(file(name))) {
      file.write(ByteBuffer.wrap(content.getBytes(US_ASCII)));
      file.sync();
    }
  }

  private static byte[] read(FileSystem from, String name) throws IOException {
    try (ReadableFile file = from.open(file(name))) {
      byte[] content = new byte[(int) file.size()];
      assertEquals(content.length, file.read(ByteBuffer.wrap(content), 0));
      return content;
    }
  }

  private static ByteBuffer bytes(char value, int count) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return ByteBuffer.wrap(bytes);
  }

  private static Path file(String name) {
    return DIRECTORY.resolve(name);
  }
}
