package io.sheaf.lsm.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskFileSystemTest extends FileSystemContract {
  @TempDir private Path directory;

  @Override
  protected FileSystem create() {
    return new DiskFileSystem();
  }

  @Test
  void warmingReadsAFileToItsEndOrUntilItIsStopped(@TempDir Path directory) throws IOException {
    Path file = Files.write(directory.resolve("key-file"), new byte[(3 << 20) + 1]);
    AtomicInteger asked = new AtomicInteger();
    new DiskFileSystem().warm(file, () -> asked.incrementAndGet() > 100);
    assertEquals(26, asked.get()); // before each 128 KB, and before it finds the end
    asked.set(99);
    new DiskFileSystem().warm(file, () -> asked.incrementAndGet() > 100);
    assertEquals(101, asked.get());
  }

  @Test
  void preallocatingTakesRoomOnLinux() throws IOException {
    FileSystem files = create();
    assumeTrue(LinuxCalls.available() != null, "needs Linux and native access");
    Path file = directory.resolve("one");
    try (WritableFile written = files.create(file)) {
      assertEquals(0, files.allocatedBytes(file));
      written.preallocate(1 << 20);
      long allocated = files.allocatedBytes(file);
      assumeTrue(allocated > 0, "needs a file system that can reserve room");
      assertTrue(allocated >= 1 << 20, "allocated " + allocated);
      assertEquals(0, files.size(file));
      written.preallocate(Long.MAX_VALUE / 2); // there is no such room, and it is only a hint
    }
  }

  @Test
  void anInterruptedThreadFinishesItsCallAndStaysInterrupted() throws IOException {
    FileSystem files = create();
    Path file = directory.resolve("one");
    try (WritableFile written = files.create(file)) {
      Thread.currentThread().interrupt();
      written.write(ByteBuffer.wrap("0123456789".getBytes(US_ASCII)));
      assertTrue(Thread.interrupted());
      Thread.currentThread().interrupt();
      written.sync();
      assertTrue(Thread.interrupted());
      Thread.currentThread().interrupt();
      written.truncate(8);
      assertTrue(Thread.interrupted());
      Thread.currentThread().interrupt();
      files.syncDirectory(directory);
      assertTrue(Thread.interrupted());
    }
    try (ReadableFile read = files.open(file)) {
      ByteBuffer target = ByteBuffer.allocate(16);
      Thread.currentThread().interrupt();
      assertEquals(8, read.read(target, 0));
      assertTrue(Thread.interrupted());
      assertEquals("01234567", US_ASCII.decode(target.flip()).toString());
      assertEquals(8, read.read(target.clear(), 0));
      assertFalse(Thread.interrupted());
    }
  }

  @Test
  void filesReadHereAndThereAreNotReadAheadOnLinux() throws IOException {
    assumeTrue(LinuxCalls.available() != null, "needs Linux and native access");
    Path file = Files.write(directory.resolve("one"), new byte[1]);
    try (ReadableFile opened = create().openForRandomReads(file)) {
      assertInstanceOf(LinuxReadableFile.class, opened);
    }
  }

  @Test
  void aDirectoryCannotBeReadHereAndThere() throws IOException {
    try (ReadableFile opened = create().openForRandomReads(directory)) {
      ByteBuffer target = ByteBuffer.allocateDirect(16);
      IOException refused = assertThrows(IOException.class, () -> opened.read(target, 0));
      String message = String.valueOf(refused.getMessage());
      assertTrue(message.contains(directory.toString()), message);
    }
    assertThrows(
        NoSuchFileException.class, () -> create().openForRandomReads(directory.resolve("none")));
  }

  @Test
  void aFileThatIsClosedWhileItIsReadIsReadToTheEndOrNotAtAll() throws Exception {
    FileSystem files = create();
    byte[] content = new byte[1 << 16];
    new Random(1).nextBytes(content);
    Path file = Files.write(directory.resolve("one"), content);
    Path other = Files.write(directory.resolve("two"), new byte[content.length]);
    for (int round = 0; round < 200; round++) {
      ReadableFile read = files.openForRandomReads(file);
      CountDownLatch reading = new CountDownLatch(1);
      FutureTask<@Nullable Void> reader =
          new FutureTask<>(() -> {
            ByteBuffer target = ByteBuffer.allocateDirect(content.length);
            while (true) {
              assertEquals(content.length, read.read(target.clear(), 0));
              assertEquals(ByteBuffer.wrap(content), target.flip());
              reading.countDown();
            }
          });
      Thread.ofPlatform().name("reader").start(reader);
      reading.await();
      read.close();
      read.close();
      // Takes the descriptor's number, so that a late read would be one of another file.
      try (ReadableFile two = files.openForRandomReads(other)) {
        ExecutionException ended = assertThrows(ExecutionException.class, reader::get);
        assertInstanceOf(ClosedException.class, ended.getCause());
        assertEquals(content.length, two.size());
      }
    }
  }

  @Test
  void anInterruptedReaderDoesNotDisturbTheOthers() throws Exception {
    anInterruptedReaderDoesNotDisturbTheOthers(FileSystem::open);
    Files.delete(directory.resolve("one"));
    anInterruptedReaderDoesNotDisturbTheOthers(FileSystem::openForRandomReads);
  }

  private interface Opener {
    ReadableFile open(FileSystem files, Path file) throws IOException;
  }

  private void anInterruptedReaderDoesNotDisturbTheOthers(Opener opener) throws Exception {
    FileSystem files = create();
    Path file = directory.resolve("one");
    byte[] content = new byte[1 << 16];
    new Random(1).nextBytes(content);
    try (WritableFile written = files.create(file)) {
      written.write(ByteBuffer.wrap(content));
    }
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (ReadableFile read = opener.open(files, file)) {
      CountDownLatch reading = new CountDownLatch(1);
      Thread interrupted =
          Thread.ofPlatform()
              .name("interrupted-reader")
              .start(() -> {
                try {
                  for (int i = 0; i < 2000; i++) {
                    Thread.currentThread().interrupt();
                    assertEquals(content.length, read.read(ByteBuffer.allocate(content.length), 0));
                    assertTrue(Thread.interrupted());
                    reading.countDown();
                  }
                } catch (Throwable e) {
                  failure.set(e);
                  reading.countDown();
                }
              });
      reading.await();
      ByteBuffer target = ByteBuffer.allocate(content.length);
      while (interrupted.isAlive()) {
        assertEquals(content.length, read.read(target.clear(), 0));
        assertEquals(ByteBuffer.wrap(content), target.flip());
      }
      interrupted.join();
    }
    assertNull(failure.get());
  }

  @Test
  void anotherProcessIsRefusedByItsLock() throws Exception {
    FileSystem files = create();
    Path lock = directory.resolve(FileNames.LOCK);
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                lock.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader says = other.inputReader(US_ASCII)) {
      assertEquals("locked", says.readLine());
      IOException refused = assertThrows(IOException.class, () -> files.lock(lock).close());
      String message = String.valueOf(refused.getMessage());
      assertTrue(message.contains("process " + other.pid()), message);
      assertTrue(message.contains(lock.toString()), message);
      other.destroyForcibly().waitFor();
      files.lock(lock).close();
    } finally {
      other.destroyForcibly();
    }
  }

  /** The other process: takes the lock, says so, and waits for its end. */
  static final class LockHolder {
    private LockHolder() {}

    /** Takes the lock that the argument names. */
    public static void main(String[] arguments) throws IOException {
      try (FileSystem.FileLock held = new DiskFileSystem().lock(Path.of(arguments[0]))) {
        System.out.println("locked");
        int end = System.in.read();
        System.out.println("released " + held + end);
      }
    }
  }
}
