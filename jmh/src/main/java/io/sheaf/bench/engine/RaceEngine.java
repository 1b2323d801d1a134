package io.sheaf.bench.engine;

import java.io.IOException;

/**
 * An open store of any engine, as the phases of the race use it.
 *
 * <p><em>Thread safety:</em> safe for any number of threads; a batch or a reader is for one.
 *
 * <p><em>Ownership:</em> who opened it closes it, after its batches and readers.
 */
public interface RaceEngine extends AutoCloseable {
  /** An empty batch, to be filled and written again and again; the caller closes it. */
  RowBatch newBatch();

  /** A reader of what is in the store when each of its reads begins; the caller closes it. */
  RowReader newReader() throws IOException;

  /** Writes to files what is in memory, and waits for it. */
  void flush() throws IOException, InterruptedException;

  /**
   * Waits until flushes and compactions have nothing left to do.
   *
   * @return when that was, as {@link System#nanoTime} counts
   */
  long awaitIdle() throws IOException, InterruptedException;

  /** What a reader of the results must know of this engine, as it is set up. */
  String note();

  @Override
  void close() throws IOException;
}
