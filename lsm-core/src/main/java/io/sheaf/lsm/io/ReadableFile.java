package io.sheaf.lsm.io;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file that is read at any place.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 *
 * <p><b>Ownership.</b> Who opened it closes it; a read after that throws.
 */
public interface ReadableFile extends AutoCloseable {
  /**
   * Fills {@code target} from {@code offset} on, until it is full or the file ends.
   *
   * @return number of bytes read, 0 at or behind the end
   */
  int read(ByteBuffer target, long offset) throws IOException;

  /**
   * Tells the system that these bytes will be read soon, so that the device has brought them, or is
   * bringing them, when they are.
   *
   * @return false: nobody was told, a read will wait for the device; also where reading would fail
   */
  default boolean announce(long offset, long length) {
    return false;
  }

  /** Length in bytes at this moment. */
  long size() throws IOException;

  @Override
  void close() throws IOException;
}
