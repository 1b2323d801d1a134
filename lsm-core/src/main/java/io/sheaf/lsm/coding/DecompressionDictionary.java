package io.sheaf.lsm.coding;

import com.github.luben.zstd.ZstdDictDecompress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A {@link Dictionary} made ready for decompression, off the heap.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Counted references:
 * made with one; each {@link #retain} is matched by one {@link #close}.
 */
public final class DecompressionDictionary implements AutoCloseable {
  /** Tables that ZSTD keeps beside the content. */
  private static final int TABLES_BYTES = 28 << 10;

  private final Dictionary dictionary;
  private final ZstdDictDecompress prepared;
  private final AtomicInteger references = new AtomicInteger(1);

  /** Prepares {@code dictionary}. */
  public DecompressionDictionary(Dictionary dictionary) {
    this.dictionary = dictionary;
    this.prepared = new ZstdDictDecompress(dictionary.bytes());
  }

  /** The dictionary. */
  public Dictionary dictionary() {
    return dictionary;
  }

  /** Memory taken, in bytes. */
  public long memoryBytes() {
    return 2L * dictionary.length() + TABLES_BYTES;
  }

  /** Takes one more reference. */
  public DecompressionDictionary retain() {
    int before = references.getAndIncrement();
    assert before > 0 : "a dictionary that is gone was retained";
    return this;
  }

  ZstdDictDecompress prepared() {
    return prepared;
  }

  @Override
  public void close() {
    if (references.decrementAndGet() == 0) {
      prepared.close();
    }
  }
}
