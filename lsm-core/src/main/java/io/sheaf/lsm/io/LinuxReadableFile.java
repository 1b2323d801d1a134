package io.sheaf.lsm.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A file of the {@link DiskFileSystem} that is read in small pieces here and there. The system is
 * told so, and reads what it is asked for and no more. Else it takes pieces that happen to lie
 * behind one another for the beginning of a sweep, and reads on, up to its read-ahead limit (128 KB
 * by default, megabytes where disks are slow), which took half as much again from the device.
 *
 * <p>Java does not hand out the descriptors that this is said of, so this class has its own.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads: the descriptor is closed when the last
 * read under way has ended. An interrupt changes nothing. A virtual thread keeps its carrier while
 * it waits for the device.
 *
 * <p><b>Source.</b> posix_fadvise(2), pread(2).
 */
final class LinuxReadableFile implements ReadableFile {
  private final LinuxCalls calls;
  private final Path path;
  private final int descriptor;

  /** Reads under way, and one more until it is closed. */
  private final AtomicInteger users = new AtomicInteger(1);

  private volatile boolean closed;

  private LinuxReadableFile(LinuxCalls calls, Path path, int descriptor) {
    this.calls = calls;
    this.path = path;
    this.descriptor = descriptor;
  }

  /** Opens a file; null where that fails, for whatever reason. */
  static @Nullable LinuxReadableFile open(LinuxCalls calls, Path path) {
    int descriptor = calls.openForRandomReads(path);
    return descriptor < 0 ? null : new LinuxReadableFile(calls, path, descriptor);
  }

  @Override
  public int read(ByteBuffer target, long offset) throws IOException {
    if (target.isDirect()) {
      int count = read(MemorySegment.ofBuffer(target), offset);
      target.position(target.position() + count);
      return count;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copied = arena.allocate(target.remaining());
      int count = read(copied, offset);
      target.put(copied.asByteBuffer().limit(count));
      return count;
    }
  }

  private int read(MemorySegment target, long offset) throws IOException {
    acquire();
    try {
      long total = 0;
      while (total < target.byteSize()) {
        long count = calls.read(descriptor, target.asSlice(total), offset + total);
        if (count < 0) {
          throw new IOException(
              "read at " + (offset + total) + " of " + path + ": " + calls.describe((int) -count));
        }
        if (count == 0) {
          break;
        }
        total += count;
      }
      return (int) total;
    } finally {
      release();
    }
  }

  @Override
  public boolean announce(long offset, long length) {
    acquire();
    try {
      return calls.announceRead(descriptor, offset, length);
    } finally {
      release();
    }
  }

  @Override
  public long size() throws IOException {
    acquire();
    try {
      long size = calls.size(descriptor);
      if (size < 0) {
        throw new IOException("length of " + path + ": " + calls.describe((int) -size));
      }
      return size;
    } finally {
      release();
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    release();
  }

  private void acquire() {
    int count = users.get();
    while (!closed && count > 0) {
      if (users.compareAndSet(count, count + 1)) {
        return;
      }
      count = users.get();
    }
    throw new ClosedException("file " + path);
  }

  private void release() {
    if (users.decrementAndGet() == 0) {
      calls.close(descriptor);
    }
  }
}
