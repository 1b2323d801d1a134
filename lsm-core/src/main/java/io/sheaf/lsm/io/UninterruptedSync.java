package io.sheaf.lsm.io;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * Makes one file durable, and learns whether that succeeded whoever interrupts the thread.
 *
 * <p>A thread that is interrupted while it syncs is told of the interrupt in the place of what the
 * system said: an error may be among that. The system tells an error to each descriptor that was
 * open when it came, but to one that is opened later only if nobody was told before (Linux 4.17 and
 * later). So a sync whose outcome is lost is repeated through a second descriptor, which was open
 * before and was never synced, by a thread that nobody can interrupt.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads; one syncs after the other. <b>Ownership.
 * </b> Who opened it closes it.
 *
 * <p><b>Source.</b> fsync(2); errseq_t in Documentation/core-api of Linux; Rebello and others, "Can
 * Applications Recover from fsync Failures?", USENIX ATC 2020.
 */
final class UninterruptedSync implements AutoCloseable {
  /** Opens a descriptor of the file. */
  interface Opener {
    FileChannel open() throws IOException;
  }

  private final String file;
  private final Opener opener;
  private FileChannel used;
  private FileChannel spare;
  private boolean closed;

  private UninterruptedSync(String file, Opener opener, FileChannel used, FileChannel spare) {
    this.file = file;
    this.opener = opener;
    this.used = used;
    this.spare = spare;
  }

  /** For {@code file}, with two descriptors. */
  static UninterruptedSync open(String file, Opener opener) throws IOException {
    FileChannel used = opener.open();
    try {
      return new UninterruptedSync(file, opener, used, opener.open());
    } catch (IOException | RuntimeException e) {
      Cleanup.close(used, e);
      throw e;
    }
  }

  /**
   * Makes what was written before durable, through whatever descriptor.
   *
   * @param metadata whether times and the like are meant too, see {@link FileChannel#force}
   */
  synchronized void sync(boolean metadata) throws IOException {
    if (closed) {
      throw new ClosedException("file " + file);
    }
    try {
      force(metadata);
    } catch (IOException e) {
      throw new IOException("sync of " + file + ": " + e.getMessage(), e);
    }
  }

  private void force(boolean metadata) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      used.force(metadata);
    } catch (ClosedChannelException e) {
      interrupted |= Thread.interrupted();
      used = spare;
      syncApart(used, metadata);
      spare = opener.open();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void syncApart(FileChannel channel, boolean metadata) throws IOException {
    FutureTask<Void> sync =
        new FutureTask<>(() -> {
          channel.force(metadata);
          return null;
        });
    BackgroundThread.awaitEnd(Thread.ofPlatform().daemon(true).name("sheaf-sync").start(sync));
    if (sync.state() != Future.State.SUCCESS) {
      Throwable failure = sync.exceptionNow();
      throw new IOException(failure.getMessage(), failure);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    try {
      used.close();
    } finally {
      spare.close();
    }
  }
}
