package io.sheaf.compaction;

import io.sheaf.lsm.compact.CompactionHost;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The device is too full for a compaction. The store is as sound as before; the job is tried again
 * later.
 */
final class NoSpaceException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is left free for logs and flushes, which must not fail for a compaction, in bytes. */
  private static final long RESERVE_BYTES = 16 << 20;

  private NoSpaceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Refuses a job that would write {@code bytes} to a device that has no room for them. */
  static void check(CompactionHost host, long bytes) throws IOException {
    long free = host.fileSystem().freeBytes(host.directory());
    if (free - RESERVE_BYTES < bytes) {
      throw new NoSpaceException(message(host, bytes, free), null);
    }
  }

  /** What to throw for {@code cause}: this, if the device has become full meanwhile. */
  static IOException orSame(CompactionHost host, IOException cause) {
    try {
      long free = host.fileSystem().freeBytes(host.directory());
      return free < RESERVE_BYTES ? new NoSpaceException(message(host, 0, free), cause) : cause;
    } catch (IOException second) {
      cause.addSuppressed(second);
      return cause;
    }
  }

  private static String message(CompactionHost host, long bytes, long free) {
    return "compaction in "
        + host.directory()
        + " needs about "
        + (bytes + RESERVE_BYTES)
        + " bytes, but "
        + free
        + " are free; give the device room, and it goes on by itself";
  }
}
