package io.sheaf.bench.engine;

import io.sheaf.cli.measure.RowPage;
import io.sheaf.testdata.Read;
import java.io.IOException;

/**
 * Reads rows of one store, one read after the other. Both engines touch a row in the same way: its
 * key and its value are copied to the page, once each, and nothing more.
 *
 * <p><em>Thread safety:</em> one thread at a time.
 *
 * <p><em>Ownership:</em> who asked for it closes it, before the store.
 */
public interface RowReader extends AutoCloseable {
  /** A page must have room for a row of this size whenever more are to come, in bytes. */
  int ROW_ROOM_BYTES = 32 << 10;

  /** Begins a read, of what is in the store now. */
  void begin(Read read) throws IOException;

  /**
   * Copies rows of the read to the page.
   *
   * @return true at the end of the read; false where the page is full before that, and has to be
   *     cleared
   */
  boolean fill(RowPage page) throws IOException;

  @Override
  void close();
}
