package io.sheaf.lsm.io;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file that is written from its beginning to its end.
 *
 * <p><b>Thread safety.</b> One writer at a time; {@link #sync} may run beside it and covers what
 * was written before it began.
 *
 * <p><b>Ownership.</b> Who opened it closes it. Closing does not sync.
 */
public interface WritableFile extends AutoCloseable {
  /**
   * Writes all of {@code bytes} at {@link #position()}, which moves on.
   *
   * @throws NoSpaceException when the device has no room for them; a part may be there, which
   *     {@link #truncate} takes back
   */
  void write(ByteBuffer bytes) throws IOException;

  /** Offset of the next byte written, in bytes from the beginning. */
  long position();

  /**
   * Reserves room up to {@code length} bytes where the platform can, so that later writes need no
   * new allocation. A hint: doing nothing is right.
   */
  void preallocate(long length) throws IOException;

  /** Cuts the file to {@code length} bytes, and gives back what is reserved behind them. */
  void truncate(long length) throws IOException;

  /**
   * Makes the content durable. When it throws, what was written since the last success may be lost
   * for good, and a later success says nothing about it.
   */
  void sync() throws IOException;

  @Override
  void close() throws IOException;
}
