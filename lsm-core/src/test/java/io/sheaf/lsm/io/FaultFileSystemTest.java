package io.sheaf.lsm.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.io.FaultFileSystem.InjectedException;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FaultFileSystemTest extends FileSystemContract {
  private static final Path DIRECTORY = Path.of("/store");
  private static final Path FILE = DIRECTORY.resolve("one");

  private final CrashFileSystem disk = new CrashFileSystem();
  private final FaultFileSystem files = new FaultFileSystem(disk);

  @Override
  protected FileSystem create() {
    return new FaultFileSystem(new MemoryFileSystem());
  }

  @BeforeEach
  void createStore() throws IOException {
    files.createDirectories(DIRECTORY);
  }

  @Test
  void theNthCallFailsOnce() throws IOException {
    WritableFile file = files.create(FILE);
    files.failOnce(Operation.WRITE, 2);
    file.write(ByteBuffer.allocate(1));
    assertThrows(InjectedException.class, () -> file.write(ByteBuffer.allocate(1)));
    file.write(ByteBuffer.allocate(1));
    assertEquals(2, files.size(FILE));
    assertEquals(3, files.calls(Operation.WRITE));
    assertEquals(1, files.injectedFaults());
  }

  @Test
  void orEachFromTheNthOn() throws IOException {
    WritableFile file = files.create(FILE);
    files.failFrom(Operation.SYNC, 2);
    file.sync();
    assertThrows(InjectedException.class, file::sync);
    assertThrows(InjectedException.class, file::sync);
    files.heal();
    file.sync();
    assertEquals(2, files.injectedFaults());
  }

  @Test
  void eachKindCanFail() throws IOException {
    files.create(FILE).close();
    Path other = DIRECTORY.resolve("two");
    for (Operation operation : Operation.values()) {
      files.failOnce(operation, 1);
    }
    assertThrows(InjectedException.class, () -> files.create(other).close());
    assertThrows(InjectedException.class, () -> files.overwrite(FILE).close());
    assertThrows(InjectedException.class, () -> files.open(FILE).close());
    assertThrows(InjectedException.class, () -> files.rename(FILE, other));
    assertThrows(InjectedException.class, () -> files.link(FILE, other));
    assertThrows(InjectedException.class, () -> files.delete(FILE));
    assertThrows(InjectedException.class, () -> files.list(DIRECTORY));
    assertThrows(InjectedException.class, () -> files.syncDirectory(DIRECTORY));
    assertThrows(InjectedException.class, () -> files.createDirectories(DIRECTORY));
    assertThrows(InjectedException.class, () -> files.size(FILE));
    WritableFile written = files.overwrite(FILE);
    assertThrows(InjectedException.class, () -> written.truncate(0));
    assertThrows(InjectedException.class, () -> written.write(ByteBuffer.allocate(1)));
    assertThrows(InjectedException.class, written::sync);
    assertThrows(InjectedException.class, written::close);
    assertThrows(ClosedException.class, written::sync);
    try (ReadableFile file = files.open(FILE)) {
      assertThrows(InjectedException.class, () -> file.read(ByteBuffer.allocate(1), 0));
    }
    assertEquals(Operation.values().length, files.injectedFaults());
  }

  @Test
  void aFailingWriteMayLeaveAPart() throws IOException {
    WritableFile file = files.create(FILE);
    files.tearFailingWrites(new Random(5));
    files.failOnce(Operation.WRITE, 1);
    assertThrows(InjectedException.class, () -> file.write(ByteBuffer.allocate(1000)));
    long left = files.size(FILE);
    assertTrue(left > 0 && left < 1000, "left " + left);
  }

  @Test
  void spaceEndsAndComesBack() throws IOException {
    WritableFile file = files.create(FILE);
    files.limitSpace(1000);
    file.write(ByteBuffer.allocate(600));
    assertEquals(400, files.freeBytes(DIRECTORY));
    IOException full = assertThrows(IOException.class, () -> file.write(ByteBuffer.allocate(600)));
    assertTrue(String.valueOf(full.getMessage()).contains("No space left"), full::toString);
    assertEquals(1000, files.size(FILE));
    files.limitSpace(1000);
    file.write(ByteBuffer.allocate(600));
  }

  @Test
  void aDiskOfASizeHasRoomAgainWhenFilesGo() throws IOException {
    files.limitCapacity(disk, 8 << 10);
    try (WritableFile one = files.create(FILE)) {
      one.write(ByteBuffer.allocate(4 << 10));
    }
    try (WritableFile two = files.create(DIRECTORY.resolve("two"))) {
      two.write(ByteBuffer.allocate(4 << 10));
      assertEquals(0, files.freeBytes(DIRECTORY));
      assertThrows(NoSpaceException.class, () -> two.write(ByteBuffer.allocate(10)));
      files.delete(FILE);
      two.write(ByteBuffer.allocate(4 << 10));
    }
    try (WritableFile two = files.overwrite(DIRECTORY.resolve("two"))) {
      two.write(ByteBuffer.allocate(8 << 10)); // in its place
      assertThrows(NoSpaceException.class, () -> two.write(ByteBuffer.allocate(1)));
    }
  }

  @Test
  void aFailingSyncMayLoseThePagesWhileTheNextSucceeds() throws IOException {
    WritableFile file = files.create(FILE);
    files.losePagesOnFailingSync(disk);
    files.failOnce(Operation.SYNC, 1);
    file.write(ByteBuffer.wrap(new byte[] {1}));
    assertThrows(InjectedException.class, file::sync);
    file.sync();
    files.syncDirectory(DIRECTORY);
    ByteBuffer left = ByteBuffer.allocate(1);
    try (ReadableFile read = disk.crashClone(new Random(1)).open(FILE)) {
      assertEquals(1, read.read(left, 0));
    }
    assertEquals(0, left.get(0));
  }

  @Test
  void aReadMayComeWithAFlippedBit() throws IOException {
    try (WritableFile file = files.create(FILE)) {
      file.write(ByteBuffer.allocate(100));
    }
    files.inject(
        call -> call.operation() == Operation.READ,
        2,
        false,
        new FaultFileSystem.Effect.Falsify(new Random(3)));
    try (ReadableFile file = files.open(FILE)) {
      int[] bits = new int[3];
      for (int i = 0; i < bits.length; i++) {
        ByteBuffer target = ByteBuffer.allocate(100);
        assertEquals(100, file.read(target, 0));
        for (byte b : target.array()) {
          bits[i] += Integer.bitCount(b & 0xFF);
        }
      }
      assertEquals(0, bits[0]);
      assertEquals(1, bits[1]);
      assertEquals(0, bits[2]);
    }
  }

  @Test
  void callsAreNamedByAPredicate() throws IOException {
    Path other = DIRECTORY.resolve("two");
    files.inject(
        call -> call.operation() == Operation.SYNC && call.file().equals(other),
        2,
        false,
        new FaultFileSystem.Effect.Fail());
    try (WritableFile one = files.create(FILE);
        WritableFile two = files.create(other)) {
      one.sync();
      two.sync();
      one.sync();
      assertThrows(InjectedException.class, two::sync);
      two.sync();
    }
  }

  @Test
  void aShortenedWriteThrowsAndAShortenedReadStops() throws IOException {
    Random random = new Random(3);
    try (WritableFile file = files.create(FILE)) {
      file.write(ByteBuffer.allocate(1000));
      files.inject(
          call -> call.operation() == Operation.WRITE,
          1,
          false,
          new FaultFileSystem.Effect.Shorten(random));
      assertThrows(InjectedException.class, () -> file.write(ByteBuffer.allocate(1000)));
    }
    long size = files.size(FILE);
    assertTrue(size > 1000 && size < 2000, "size " + size);
    files.inject(
        call -> call.operation() == Operation.READ,
        1,
        false,
        new FaultFileSystem.Effect.Shorten(random));
    try (ReadableFile file = files.open(FILE)) {
      ByteBuffer target = ByteBuffer.allocate(1000);
      int count = file.read(target, 0);
      assertTrue(count < 1000, "read " + count);
      assertEquals(count, target.position());
      assertEquals(1000, target.limit());
      assertEquals(1000 - count, file.read(target, count));
    }
    assertEquals(2, files.injectedFaults());
  }

  @Test
  void aDelayedCallDoesItsWorkLater() throws IOException {
    files.inject(call -> true, 1, false, new FaultFileSystem.Effect.Delay(20_000_000));
    long begin = System.nanoTime();
    files.create(FILE).close();
    assertTrue(System.nanoTime() - begin >= 20_000_000);
    assertTrue(files.exists(FILE));
  }

  @Test
  void aFalsifiedSyncSyncsNothingAndAFalsifiedByteIsOneBitOff() throws IOException {
    Random random = new Random(4);
    WritableFile file = files.create(FILE);
    files.syncDirectory(DIRECTORY);
    files.inject(
        call -> call.operation() == Operation.SYNC,
        1,
        false,
        new FaultFileSystem.Effect.Falsify(random));
    file.write(ByteBuffer.allocate(100));
    file.sync();
    disk.loseUnsynced(FILE);
    file.sync();
    for (Operation operation : new Operation[] {Operation.WRITE, Operation.READ}) {
      files.inject(
          call -> call.operation() == operation,
          1,
          false,
          new FaultFileSystem.Effect.Falsify(random));
    }
    ByteBuffer zeros = ByteBuffer.allocate(100);
    file.write(zeros);
    assertEquals(0, zeros.remaining());
    try (ReadableFile read = files.open(FILE)) {
      assertEquals(2, bitsSet(read));
      assertEquals(1, bitsSet(read));
    }
  }

  private static int bitsSet(ReadableFile file) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(200);
    file.read(content, 0);
    int bits = 0;
    for (byte b : content.array()) {
      bits += Integer.bitCount(b & 0xFF);
    }
    return bits;
  }
}
