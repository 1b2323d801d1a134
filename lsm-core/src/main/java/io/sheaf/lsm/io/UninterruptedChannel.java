package io.sheaf.lsm.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file channel that outlives interrupts. Java closes a {@link FileChannel} when a thread that
 * uses it is interrupted, for everyone who shares it: one cancelled reader would take the file from
 * the whole store. This one opens the file again, repeats the call and leaves the interrupt set.
 *
 * <p>Repeating is right because every call names its offset. A sync can't be repeated like that,
 * see {@link UninterruptedSync}.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class UninterruptedChannel implements AutoCloseable {
  private final Path path;
  private final StandardOpenOption access;
  private volatile FileChannel channel;
  private volatile boolean closed;

  private UninterruptedChannel(Path path, StandardOpenOption access, FileChannel channel) {
    this.path = path;
    this.access = access;
    this.channel = channel;
  }

  /** Opens a file for {@code access}, READ or WRITE, with further options for the first time. */
  static UninterruptedChannel open(Path path, StandardOpenOption access, OpenOption... first)
      throws IOException {
    OpenOption[] options = new OpenOption[first.length + 1];
    options[0] = access;
    System.arraycopy(first, 0, options, 1, first.length);
    return new UninterruptedChannel(path, access, FileChannel.open(path, options));
  }

  /** The file as it was opened. */
  Path path() {
    return path;
  }

  /** Reads once; see {@link FileChannel#read(ByteBuffer, long)}. */
  int read(ByteBuffer target, long offset) throws IOException {
    int position = target.position();
    boolean interrupted = false;
    try {
      while (true) {
        FileChannel used = usable();
        try {
          return used.read(target, offset);
        } catch (ClosedChannelException e) {
          interrupted |= Thread.interrupted();
          target.position(position);
          reopen(used);
        }
      }
    } finally {
      restore(interrupted);
    }
  }

  /** Writes once; see {@link FileChannel#write(ByteBuffer, long)}. */
  int write(ByteBuffer source, long offset) throws IOException {
    int position = source.position();
    boolean interrupted = false;
    try {
      while (true) {
        FileChannel used = usable();
        try {
          return used.write(source, offset);
        } catch (ClosedChannelException e) {
          interrupted |= Thread.interrupted();
          source.position(position);
          reopen(used);
        }
      }
    } finally {
      restore(interrupted);
    }
  }

  /** Cuts the file. */
  void truncate(long length) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        FileChannel used = usable();
        try {
          used.truncate(length);
          return;
        } catch (ClosedChannelException e) {
          interrupted |= Thread.interrupted();
          reopen(used);
        }
      }
    } finally {
      restore(interrupted);
    }
  }

  /** Length in bytes. */
  long size() throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        FileChannel used = usable();
        try {
          return used.size();
        } catch (ClosedChannelException e) {
          interrupted |= Thread.interrupted();
          reopen(used);
        }
      }
    } finally {
      restore(interrupted);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }

  /**
   * The channel in use.
   *
   * @throws ClosedException after {@link #close}
   */
  private FileChannel usable() {
    if (closed) {
      throw new ClosedException("file " + path);
    }
    return channel;
  }

  @SuppressWarnings("ReferenceEquality") // whether it is still the one that was lost
  private synchronized void reopen(FileChannel lost) throws IOException {
    if (!closed && channel == lost) {
      channel = FileChannel.open(path, access);
    }
  }

  private static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
