package io.sheaf.lsm.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A lock on a file, against other processes by the operating system and within this one by a list.
 * The list is asked first: on POSIX a process loses its lock when it closes <i>any</i> descriptor
 * of the file, so a second opener must not even look inside.
 *
 * <p>The file holds the process id of who took the lock last, for the message that turns others
 * away.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who took it closes it.
 */
final class DiskLock implements FileSystem.FileLock {
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();
  private static final int SHOWN_BYTES = 20;

  private final Path key;
  private final FileChannel channel;
  private boolean closed;

  private DiskLock(Path key, FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  /** Takes the lock for who changes the store; creates the file where it is missing. */
  static DiskLock take(Path file) throws IOException {
    Path key = keyOf(file);
    if (!HELD.add(key)) {
      throw taken(file, "this process, " + ProcessHandle.current().pid());
    }
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel =
          FileChannel.open(
              key, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      locked = tryLock(channel, false);
      if (!locked) {
        throw taken(file, "process " + holder(channel));
      }
      byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(pid), 0);
      return new DiskLock(key, channel);
    } catch (IOException | RuntimeException e) {
      release(key, channel, e);
      throw e;
    }
  }

  /** Takes it for who only reads: the file, which must be there, stays as it is. */
  static DiskLock takeForReading(Path file) throws IOException {
    Path key = keyOf(file);
    if (!HELD.add(key)) {
      throw taken(file, "this process, " + ProcessHandle.current().pid());
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(key, StandardOpenOption.READ);
      if (!tryLock(channel, true)) {
        throw taken(file, "process " + holder(channel));
      }
      return new DiskLock(key, channel);
    } catch (IOException | RuntimeException e) {
      release(key, channel, e);
      throw e;
    }
  }

  private static Path keyOf(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path name = file.getFileName();
    if (directory == null || name == null) {
      throw new IllegalArgumentException("no lock file: " + file);
    }
    return directory.toRealPath().resolve(name);
  }

  private static boolean tryLock(FileChannel channel, boolean shared) throws IOException {
    try {
      return channel.tryLock(0, Long.MAX_VALUE, shared) != null;
    } catch (OverlappingFileLockException e) {
      return false; // this process holds it through a class loaded a second time
    }
  }

  private static void release(Path key, @Nullable FileChannel channel, Exception cause) {
    HELD.remove(key);
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
    }
  }

  private static StoreInUseException taken(Path file, String holder) {
    return new StoreInUseException(file.toString(), holder);
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(SHOWN_BYTES);
    channel.read(content, 0);
    content.flip();
    String pid = StandardCharsets.US_ASCII.decode(content).toString().strip();
    return pid.isEmpty() ? "(unknown)" : pid;
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      try {
        channel.close(); // which gives the lock back
      } finally {
        HELD.remove(key);
      }
    }
  }
}
