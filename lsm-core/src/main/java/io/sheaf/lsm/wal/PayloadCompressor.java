package io.sheaf.lsm.wal;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Compression.Codec;
import io.sheaf.lsm.coding.Compressor;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.StreamCompressor;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the payloads of a log as {@link LogOptions} say: each alone, or all as one stream.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> Who has it closes it: a log hands it on to its
 * successor, so that a new log costs no memory.
 */
final class PayloadCompressor implements AutoCloseable {
  private final Compression compression;
  private final int fromBytes;
  private final @Nullable Compressor blocks;
  private final @Nullable StreamCompressor stream;
  private boolean pieceLost;

  PayloadCompressor(LogOptions options) {
    compression = options.compression();
    fromBytes = options.compressedFromBytes();
    boolean streams = compression.codec() == Codec.ZSTD;
    stream = streams ? new StreamCompressor(compression.level()) : null;
    blocks = streams ? null : new Compressor(compression);
  }

  /** Lets what is compressed next be the first of a log. */
  void restart() {
    pieceLost = false;
    if (stream != null) {
      stream.restart();
    }
  }

  /** What was compressed last is not in the log: what comes after it there must do without. */
  void lose() {
    pieceLost = stream != null;
  }

  /** Adds the payload to {@code record}. When this throws, the log takes no more records. */
  void compress(GrowableBuffer payload, RecordBuilder record) {
    if (payload.size() < fromBytes || compression.codec() == Codec.NONE || pieceLost) {
      record.payload(payload);
    } else if (stream != null) {
      record.payload(payload, stream);
    } else if (blocks != null) {
      record.payload(payload, blocks);
    }
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
    }
    if (blocks != null) {
      blocks.close();
    }
  }
}
