package io.sheaf.bench.engine;

import io.sheaf.testdata.Row;
import java.io.IOException;

/**
 * Changes that are written together.
 *
 * <p><em>Thread safety:</em> one thread at a time.
 *
 * <p><em>Ownership:</em> who asked for it closes it. What is put is copied.
 */
public interface RowBatch extends AutoCloseable {
  /** Sets the key to the first {@code valueLength} bytes of {@code value}. */
  void put(byte[] key, byte[] value, int valueLength) throws IOException;

  /** Writes a row as it is. */
  default void put(Row row) throws IOException {
    put(row.key(), row.value(), row.valueLength());
  }

  /** Removes the key. */
  void delete(byte[] key) throws IOException;

  /** Writes the changes, as durable as the store was opened for, and forgets them. */
  void write() throws IOException;

  @Override
  void close();
}
