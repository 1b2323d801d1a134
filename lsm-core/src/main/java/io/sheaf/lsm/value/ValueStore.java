package io.sheaf.lsm.value;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.NativeBuffer;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The seam to separated values: keeps value blocks in files of its own and reads them back. The
 * default is {@link InlineValues}, which keeps none.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads; a {@link ValueWriter} belongs to one.
 *
 * <p><b>Ownership.</b> The store closes it after every cursor and job that uses it.
 */
public interface ValueStore extends AutoCloseable {
  /**
   * Begins to write value blocks of one table; the job that asked for it closes the writer.
   *
   * @param dictionary what blocks are compressed with; null: nothing
   */
  ValueWriter newWriter(int tableId, Compression compression, @Nullable Dictionary dictionary)
      throws IOException;

  /**
   * The decompressed values of the block that {@code reference} points into, from the cache or the
   * file, checked. The caller holds one reference to the buffer and closes it.
   *
   * @param cached whether a block that was read is offered to the cache
   * @throws io.sheaf.lsm.io.CorruptionException when the block is not what was written there
   */
  NativeBuffer read(ValueReference reference, boolean cached) throws IOException;

  /**
   * The same where the block is in the cache; null where it is not, or where that is not known, and
   * {@link #read} is to be asked.
   */
  default @Nullable NativeBuffer readCached(ValueReference reference) throws IOException {
    return null;
  }

  /**
   * Asks for blocks that will be read soon, in this order; returns at once. Neighbouring blocks of
   * one file are fetched by one read from the device. Blocks that are cached or already on their
   * way are passed over; when the bounded pool is busy, the rest is dropped. Failures show at the
   * read.
   */
  void prefetch(List<ValueReference> references);

  /**
   * Opens a file, so that its first reader need not. Where that fails, the reader is told.
   *
   * @throws IOException when it cannot be opened
   */
  default void open(long fileNumber) throws IOException {}

  /**
   * Reads all of a file and checks it, past what is damaged, without the cache.
   *
   * @throws IOException when it cannot be read, or is gone
   */
  default void scrub(long fileNumber, ScrubObserver observer) throws IOException {}

  /** Forgets what is cached and open of a file that is about to be deleted. */
  void forget(long fileNumber);

  /** Name of the file with this number, in the store's directory. */
  String fileName(long fileNumber);

  @Override
  void close() throws IOException;
}
