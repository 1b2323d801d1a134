package io.sheaf.compaction;

import io.sheaf.lsm.compact.CompactionHost;
import io.sheaf.lsm.io.NoSpaceException;
import java.io.IOException;

/**
 * The room on the device that a compaction needs, before it wins some.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class FreeSpace {
  private FreeSpace() {}

  /** Whether a job that writes {@code bytes} has room, and flushes have theirs beside it. */
  static boolean suffices(CompactionHost host, long bytes) throws IOException {
    return free(host) - host.keptFreeBytes() >= bytes;
  }

  /**
   * Refuses a job that has no room, and would have none if the store gave up what it can.
   *
   * @throws NoSpaceException when it has none; the job is tried again later
   */
  static void check(CompactionHost host, long bytes) throws IOException {
    boolean suffices = suffices(host, bytes);
    while (!suffices && host.giveUpRoom()) {
      suffices = suffices(host, bytes);
    }
    if (!suffices) {
      throw new NoSpaceException(
          "compaction in "
              + host.directory()
              + " needs about "
              + bytes
              + " bytes, and "
              + host.keptFreeBytes()
              + " are kept for flushes, but "
              + free(host)
              + " are free; give the device room, and it goes on by itself");
    }
  }

  private static long free(CompactionHost host) throws IOException {
    return host.fileSystem().freeBytes(host.directory());
  }
}
