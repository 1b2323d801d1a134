package io.sheaf.lsm.io;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file of the {@link DiskFileSystem} that is read. */
final class DiskReadableFile implements ReadableFile {
  private final UninterruptedChannel channel;

  DiskReadableFile(UninterruptedChannel channel) {
    this.channel = channel;
  }

  @Override
  public int read(ByteBuffer target, long offset) throws IOException {
    int total = 0;
    try {
      while (target.hasRemaining()) {
        int count = channel.read(target, offset + total);
        if (count < 0) {
          break;
        }
        total += count;
      }
    } catch (IOException e) {
      throw new IOException(
          "read at " + (offset + total) + " of " + channel.path() + ": " + e.getMessage(), e);
    }
    return total;
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
