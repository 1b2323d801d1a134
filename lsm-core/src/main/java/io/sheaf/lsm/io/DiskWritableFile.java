package io.sheaf.lsm.io;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file of the {@link DiskFileSystem} that is written. */
final class DiskWritableFile implements WritableFile {
  private final UninterruptedChannel channel;
  private volatile long position;
  private volatile long preallocatedBytes;

  DiskWritableFile(UninterruptedChannel channel) {
    this.channel = channel;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    long at = position;
    try {
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      IOException failure = NoSpaceException.of("write at " + at + " of", channel.path(), e);
      throw failure instanceof NoSpaceException
          ? failure
          : new IOException("write at " + at + " of " + channel.path() + ": " + e.getMessage(), e);
    }
    position = at;
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
    try {
      channel.sync(false);
    } catch (IOException e) {
      throw new IOException("sync of " + channel.path() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
