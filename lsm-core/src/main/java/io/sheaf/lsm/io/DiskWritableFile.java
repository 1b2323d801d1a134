package io.sheaf.lsm.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A file of the {@link DiskFileSystem} that is written. */
final class DiskWritableFile implements WritableFile {
  /** Longer writes have so many whole pages that one more that is read costs little. */
  private static final int MOST_FILLED_BYTES = 64 << 10;

  private final UninterruptedChannel channel;
  private final UninterruptedSync sync;
  private final @Nullable Arena arena;
  private final MemorySegment filled;
  private volatile long position;
  private volatile long preallocatedBytes;

  private DiskWritableFile(
      UninterruptedChannel channel, UninterruptedSync sync, @Nullable Arena arena) {
    this.channel = channel;
    this.sync = sync;
    this.arena = arena;
    this.filled =
        arena == null
            ? MemorySegment.NULL
            : arena.allocate(MOST_FILLED_BYTES + FileSystem.PAGE_BYTES);
  }

  /** Creates {@code file}. */
  static DiskWritableFile create(Path file) throws IOException {
    UninterruptedChannel channel =
        UninterruptedChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    try {
      return new DiskWritableFile(channel, syncOf(file), null);
    } catch (IOException e) {
      Cleanup.close(channel, e);
      Cleanup.close(() -> Files.delete(file), e); // or it could not be created again
      throw e;
    }
  }

  /** Opens {@code file} to write whole pages, over what is there. */
  static DiskWritableFile overPages(Path file) throws IOException {
    UninterruptedChannel channel = UninterruptedChannel.open(file, StandardOpenOption.WRITE);
    try {
      return new DiskWritableFile(channel, syncOf(file), Arena.ofShared());
    } catch (IOException e) {
      Cleanup.close(channel, e);
      throw e;
    }
  }

  private static UninterruptedSync syncOf(Path file) throws IOException {
    return UninterruptedSync.open(
        file.toString(), () -> FileChannel.open(file, StandardOpenOption.WRITE));
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    long end = position + bytes.remaining();
    long at = position;
    try {
      ByteBuffer source = withRestOfPage(bytes, at);
      while (source.hasRemaining()) {
        at += channel.write(source, at);
      }
    } catch (IOException e) {
      IOException failure = NoSpaceException.of("write at " + at + " of", channel.path(), e);
      throw failure instanceof NoSpaceException
          ? failure
          : new IOException("write at " + at + " of " + channel.path() + ": " + e.getMessage(), e);
    }
    bytes.position(bytes.limit());
    position = end;
  }

  /** The same bytes, where pages are overwritten with zeros up to the end of the last one. */
  private ByteBuffer withRestOfPage(ByteBuffer bytes, long at) {
    int length = bytes.remaining();
    if (arena == null || length > MOST_FILLED_BYTES) {
      return bytes;
    }
    int rest = (int) Math.floorMod(-(at + length), (long) FileSystem.PAGE_BYTES);
    filled.asSlice(0, length).copyFrom(MemorySegment.ofBuffer(bytes));
    filled.asSlice(length, rest).fill((byte) 0);
    return filled.asSlice(0, length + rest).asByteBuffer();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void preallocate(long length) throws IOException {
    channel.size(); // throws where the file is closed
    LinuxCalls calls = LinuxCalls.available();
    if (calls != null) {
      calls.preallocate(channel.path(), length);
      preallocatedBytes = length;
    }
  }

  @Override
  public void truncate(long length) throws IOException {
    if (preallocatedBytes > length && channel.size() == length) {
      // the system frees what lies behind the size of a file only when the size shrinks
      try {
        channel.write(ByteBuffer.allocate(1), length);
      } catch (IOException e) {
        if (!(NoSpaceException.of("truncate", channel.path(), e) instanceof NoSpaceException)) {
          throw e;
        } // else nothing was reserved: there was no room for it either
      }
    }
    channel.truncate(length);
    preallocatedBytes = Math.min(preallocatedBytes, length);
    position = Math.min(position, length);
  }

  @Override
  public void sync() throws IOException {
    sync.sync(false);
  }

  @Override
  public void close() throws IOException {
    try {
      try {
        channel.close();
      } finally {
        sync.close();
      }
    } finally {
      if (arena != null && arena.scope().isAlive()) {
        arena.close();
      }
    }
  }
}
