package io.sheaf.lsm.io;

import static io.sheaf.lsm.io.FileSystem.PAGE_BYTES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.TestSeed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link FileSystem} does; each implementation runs it. */
public abstract class FileSystemContract {
  @TempDir private Path temporary;

  private FileSystem files;
  private Path directory;

  /** The implementation to be tested, empty. */
  protected abstract FileSystem create() throws IOException;

  @BeforeEach
  final void createDirectory() throws IOException {
    files = create();
    directory = temporary.resolve("a/store");
    files.createDirectories(directory);
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    write("one", "hello, ");
    assertEquals("hello, ", read("one"));
    assertEquals(7, files.size(directory.resolve("one")));
    assertTrue(files.exists(directory.resolve("one")));
    assertTrue(files.exists(directory));
    assertFalse(files.exists(directory.resolve("two")));
  }

  @Test
  void writesAppendAndPositionsCount() throws IOException {
    try (WritableFile file = files.create(directory.resolve("one"))) {
      assertEquals(0, file.position());
      ByteBuffer bytes = ByteBuffer.allocateDirect(16).put("..hello..".getBytes(UTF_8)).flip();
      bytes.position(2).limit(7);
      file.write(bytes);
      assertFalse(bytes.hasRemaining());
      assertEquals(5, file.position());
      file.write(utf8(", world"));
      assertEquals(12, file.position());
      file.sync();
    }
    assertEquals("hello, world", read("one"));
  }

  @Test
  void aFileIsTheSameUnderAnotherNameAndNoOther() throws IOException {
    write("one", "hello");
    write("two", "hello");
    String one = files.identity(directory.resolve("one"));
    assertFalse(one.isEmpty());
    assertFalse(one.matches("(?s).*\\s.*"), one);
    assertNotEquals(one, files.identity(directory.resolve("two")));
    assertEquals("hello", read("one"));
    files.link(directory.resolve("one"), directory.resolve("linked"));
    files.rename(directory.resolve("one"), directory.resolve("renamed"));
    assertEquals(one, files.identity(directory.resolve("linked")));
    assertEquals(one, files.identity(directory.resolve("renamed")));
    assertThrows(NoSuchFileException.class, () -> files.identity(directory.resolve("one")));
  }

  @Test
  void onlyAnEmptyDirectoryIsDeleted() throws IOException {
    Path inner = directory.resolve("inner");
    files.createDirectories(inner);
    files.create(inner.resolve("one")).close();
    assertThrows(DirectoryNotEmptyException.class, () -> files.delete(inner));
    assertTrue(files.exists(inner.resolve("one")));
    files.delete(inner.resolve("one"));
    files.delete(inner);
    assertFalse(files.exists(inner));
    assertThrows(NoSuchFileException.class, () -> files.delete(inner));
  }

  @Test
  void largeRandomContentIsReadAtAnyPlace() throws IOException {
    largeRandomContentIsRead(files::open);
  }

  @Test
  void largeRandomContentIsReadHereAndThere() throws IOException {
    largeRandomContentIsRead(files::openForRandomReads);
  }

  private interface Opener {
    ReadableFile open(Path file) throws IOException;
  }

  private void largeRandomContentIsRead(Opener opener) throws IOException {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    byte[] content = new byte[100_000];
    random.nextBytes(content);
    try (WritableFile file = files.create(directory.resolve("one"))) {
      for (int at = 0; at < content.length; ) {
        int count = Math.min(content.length - at, 1 + random.nextInt(9_000));
        file.write(ByteBuffer.wrap(content, at, count));
        at += count;
      }
    }
    try (ReadableFile file = opener.open(directory.resolve("one"))) {
      assertEquals(content.length, file.size());
      for (int i = 0; i < 200; i++) {
        int from = random.nextInt(content.length + 10);
        int room = random.nextInt(20_000);
        ByteBuffer target =
            random.nextBoolean() ? ByteBuffer.allocate(room) : ByteBuffer.allocateDirect(room);
        if (random.nextBoolean()) {
          file.announce(from, room); // answers what it likes, and changes nothing
        }
        int expected = Math.max(0, Math.min(target.capacity(), content.length - from));
        assertEquals(expected, file.read(target, from), "seed " + seed);
        assertEquals(expected, target.position(), "seed " + seed);
        assertEquals(
            ByteBuffer.wrap(content, Math.min(from, content.length), expected),
            target.flip(),
            "seed " + seed);
      }
    }
  }

  @Test
  void readingBehindTheEndIsNothing() throws IOException {
    write("one", "abc");
    try (ReadableFile file = files.open(directory.resolve("one"))) {
      ByteBuffer target = ByteBuffer.allocate(8);
      assertEquals(3, file.size());
      assertEquals(0, file.read(target, 3));
      assertEquals(0, file.read(target, 1000));
      assertEquals(1, file.read(target, 2));
      assertEquals('c', target.get(0));
    }
  }

  @Test
  void createRefusesANameThatIsTaken() throws IOException {
    write("one", "abc");
    assertThrows(
        FileAlreadyExistsException.class, () -> files.create(directory.resolve("one")).close());
    assertEquals("abc", read("one"));
  }

  @Test
  void whatIsMissingIsNamed() {
    Path missing = directory.resolve("none");
    for (FileCall call :
        List.<FileCall>of(
            () -> files.open(missing).close(),
            () -> files.overwrite(missing).close(),
            () -> files.delete(missing),
            () -> files.size(missing),
            () -> files.allocatedBytes(missing),
            () -> files.list(missing),
            () -> files.syncDirectory(missing),
            () -> files.freeBytes(missing),
            () -> files.rename(missing, directory.resolve("two")),
            () -> files.link(missing, directory.resolve("two")),
            () -> files.create(missing.resolve("one")).close())) {
      NoSuchFileException thrown = assertThrows(NoSuchFileException.class, call::run);
      assertTrue(String.valueOf(thrown.getMessage()).contains("none"), thrown::toString);
    }
  }

  @Test
  void overwriteKeepsPagesThatItDoesNotReach() throws IOException {
    Path one = directory.resolve("one");
    byte[] old = new byte[40 * PAGE_BYTES];
    new Random(1).nextBytes(old);
    try (WritableFile file = files.create(one)) {
      file.write(ByteBuffer.wrap(old));
    }
    byte[] expected = old.clone();
    try (WritableFile file = files.overwrite(one)) {
      assertEquals(0, file.position());
      int at = 0;
      for (int length : new int[] {3, 2 * PAGE_BYTES - 3, 5000, 1, 0, 20 * PAGE_BYTES, 7}) {
        byte[] piece = new byte[length];
        Arrays.fill(piece, (byte) length);
        ByteBuffer written = ByteBuffer.wrap(piece);
        file.write(written);
        assertEquals(0, written.remaining());
        System.arraycopy(piece, 0, expected, at, length);
        at += length;
        assertEquals(at, file.position());
        checkOverwritten(one, expected, at);
      }
      file.truncate(at);
      assertEquals(at, files.size(one));
    }
    assertArrayEquals(Arrays.copyOf(expected, (int) files.size(one)), bytes(one));
  }

  /** What was written, then old bytes or zeros to the end of the page, then old bytes. */
  private void checkOverwritten(Path file, byte[] expected, int written) throws IOException {
    byte[] found = bytes(file);
    assertEquals(expected.length, found.length);
    int rest = Math.floorMod(-written, PAGE_BYTES);
    for (int i = 0; i < found.length; i++) {
      boolean mayBeZero = i >= written && i < written + rest;
      int at = i;
      assertTrue(
          found[i] == expected[i] || (mayBeZero && found[i] == 0),
          () -> "byte " + at + " after " + written + " were written");
    }
  }

  private byte[] bytes(Path path) throws IOException {
    try (ReadableFile file = files.open(path)) {
      byte[] bytes = new byte[(int) file.size()];
      assertEquals(bytes.length, file.read(ByteBuffer.wrap(bytes), 0));
      return bytes;
    }
  }

  @Test
  void truncateCutsAndMovesThePosition() throws IOException {
    try (WritableFile file = files.create(directory.resolve("one"))) {
      file.write(utf8("0123456789"));
      file.truncate(20);
      assertEquals(10, file.position());
      file.truncate(4);
      assertEquals(4, file.position());
      file.write(utf8("x"));
    }
    assertEquals("0123x", read("one"));
  }

  @Test
  void preallocatingDoesNotChangeTheSize() throws IOException {
    try (WritableFile file = files.create(directory.resolve("one"))) {
      file.preallocate(1 << 20);
      file.write(utf8("abc"));
      file.sync();
    }
    assertEquals("abc", read("one"));
    assertTrue(files.allocatedBytes(directory.resolve("one")) >= 3);
    assertTrue(files.freeBytes(directory) > 0);
  }

  @Test
  void renameReplaces() throws IOException {
    write("one", "new");
    write("two", "old");
    try (ReadableFile old = files.open(directory.resolve("two"))) {
      files.rename(directory.resolve("one"), directory.resolve("two"));
      assertEquals("new", read("two"));
      assertFalse(files.exists(directory.resolve("one")));
      ByteBuffer target = ByteBuffer.allocate(3);
      assertEquals(3, old.read(target, 0));
      assertEquals("old", UTF_8.decode(target.flip()).toString());
    }
  }

  @Test
  void aLinkIsASecondName() throws IOException {
    write("one", "abc");
    files.link(directory.resolve("one"), directory.resolve("two"));
    assertThrows(
        FileAlreadyExistsException.class,
        () -> files.link(directory.resolve("one"), directory.resolve("two")));
    files.delete(directory.resolve("one"));
    assertEquals("abc", read("two"));
  }

  @Test
  void aDeletedFileCanStillBeReadByWhoHasItOpen() throws IOException {
    write("one", "abc");
    try (ReadableFile file = files.open(directory.resolve("one"))) {
      files.delete(directory.resolve("one"));
      assertFalse(files.exists(directory.resolve("one")));
      assertEquals(3, file.read(ByteBuffer.allocate(8), 0));
    }
  }

  @Test
  void listNamesFilesOnly() throws IOException {
    write("one", "1");
    write("two", "2");
    files.createDirectories(directory.resolve("below/it"));
    files.syncDirectory(directory);
    assertEquals(List.of("one", "two"), files.list(directory).stream().sorted().toList());
    assertEquals(List.of(), files.list(directory.resolve("below")));
  }

  @Test
  void createDirectoriesIsRepeatable() throws IOException {
    files.createDirectories(directory);
    write("one", "1");
    files.createDirectories(directory);
    assertEquals("1", read("one"));
    assertThrows(
        FileAlreadyExistsException.class, () -> files.createDirectories(directory.resolve("one")));
  }

  @Test
  void afterCloseEveryCallThrows() throws IOException {
    WritableFile written = files.create(directory.resolve("one"));
    written.write(utf8("abc"));
    written.close();
    written.close();
    assertThrows(ClosedException.class, () -> written.write(utf8("x")));
    assertThrows(ClosedException.class, written::sync);
    assertThrows(ClosedException.class, () -> written.truncate(0));
    assertThrows(ClosedException.class, () -> written.preallocate(100));
    for (Opener opener : List.<Opener>of(files::open, files::openForRandomReads)) {
      ReadableFile read = opener.open(directory.resolve("one"));
      read.close();
      read.close();
      assertThrows(ClosedException.class, () -> read.read(ByteBuffer.allocate(1), 0));
      assertThrows(ClosedException.class, read::size);
    }
    assertEquals("abc", read("one"));
  }

  @Test
  void aSecondLockIsRefusedByName() throws IOException {
    Path lock = directory.resolve(FileNames.LOCK);
    String pid = String.valueOf(ProcessHandle.current().pid());
    FileSystem.FileLock held = files.lock(lock);
    IOException refused = assertThrows(IOException.class, () -> files.lock(lock).close());
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains(lock.toString()) && message.contains(pid), message);
    assertEquals(pid, read(FileNames.LOCK).strip());
    // By another name of the same directory.
    Path sameLock = directory.resolve("../store").resolve(FileNames.LOCK);
    assertThrows(IOException.class, () -> files.lock(sameLock).close());
    held.close();
    FileSystem.FileLock again = files.lock(lock);
    held.close();
    assertThrows(IOException.class, () -> files.lock(lock).close());
    again.close();
    files.lock(lock).close();
  }

  private void write(String name, String content) throws IOException {
    try (WritableFile file = files.create(directory.resolve(name))) {
      file.write(utf8(content));
    }
  }

  private String read(String name) throws IOException {
    try (ReadableFile file = files.open(directory.resolve(name))) {
      byte[] content = new byte[(int) file.size() + 1];
      int count = file.read(ByteBuffer.wrap(content), 0);
      return new String(Arrays.copyOf(content, count), UTF_8);
    }
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  /** A call that may fail. */
  private interface FileCall {
    void run() throws IOException;
  }
}
