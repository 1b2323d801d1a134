package io.sheaf.server.keyspace;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What the row of a key takes.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class KeyRowSize {
  private static final int SAMPLES = 5;

  private KeyRowSize() {}

  /** Length of the row's value as it is stored, before compression, in bytes. */
  public static long bytes(KeyRow row) {
    return KeyRowFormat.bytes(row);
  }

  /** Length of an entry of a stream with its key, in bytes; the mean of some of the oldest. */
  public static long entryBytes(Transaction rows, StreamRow stream) throws IOException {
    byte[] from = ByteBuffer.allocate(Long.BYTES).putLong(stream.number()).array();
    byte[] to = ByteBuffer.allocate(Long.BYTES).putLong(stream.number() + 1).array();
    long bytes = 0;
    long count = 0;
    try (Rows entries = rows.rows(rows.tables().entries(), from, to, false, SAMPLES)) {
      while (entries.next()) {
        bytes += entries.key().length() + entries.value().length();
        count++;
      }
    }
    return count == 0 ? 0 : bytes / count;
  }
}
