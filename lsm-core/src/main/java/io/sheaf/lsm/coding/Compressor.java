package io.sheaf.lsm.coding;

import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import org.jspecify.annotations.Nullable;

/**
 * Compresses blocks, keeping the codec's working memory from block to block.
 *
 * <p>At level 1, ZSTD finds a match by one table of hashes. With a dictionary the library sizes
 * that table for the dictionary alone; here it is twice as large, and hashes seven bytes instead of
 * six, since messages repeat whole words and ids. It makes blocks of 16 KB with a dictionary of 64
 * KB smaller by one part in sixty, for 0.08 µs a row (see docs/performance.md).
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> The creator closes it.
 */
public final class Compressor implements AutoCloseable {
  private static final int HASH_LOG = 14;
  private static final int MIN_MATCH = 7;
  private static final LZ4Compressor LZ4 = LZ4Factory.fastestInstance().fastCompressor();

  private final Compression compression;
  private final @Nullable ZstdCompressCtx zstd;
  private boolean closed;

  /** A compressor of this kind. */
  public Compressor(Compression compression) {
    this(compression, null);
  }

  /** A compressor of this kind that uses {@code dictionary}, where its codec can. */
  public Compressor(Compression compression, @Nullable Dictionary dictionary) {
    this.compression = compression;
    this.zstd =
        compression.codec() == Compression.Codec.ZSTD
            ? newContext(compression.level(), dictionary)
            : null;
  }

  private static ZstdCompressCtx newContext(int level, @Nullable Dictionary dictionary) {
    ZstdCompressCtx context = new ZstdCompressCtx();
    try {
      context.setLevel(level).setContentSize(false).setChecksum(false).setDictID(false);
      if (dictionary != null) {
        if (level == 1) {
          context.setHashLog(HASH_LOG).setMinMatch(MIN_MATCH);
        }
        context.loadDict(dictionary.bytes());
        // A dictionary that ZSTD does not take shows at its first use.
        context.compress(new byte[1]);
      }
      return context;
    } catch (Throwable e) {
      context.close();
      throw e;
    }
  }

  /**
   * Appends the compressed form of {@code source} (position to limit, a direct buffer) to {@code
   * target}; the bytes as they are where compression would save less than a sixteenth.
   *
   * @return the codec that was used, to be stored with the block
   */
  public Compression.Codec compress(ByteBuffer source, GrowableBuffer target) {
    int rawBytes = source.remaining();
    int start = target.size();
    int stored =
        switch (compression.codec()) {
          case NONE -> rawBytes;
          case LZ4 -> {
            int bound = LZ4.maxCompressedLength(rawBytes);
            target.ensure(bound);
            yield LZ4.compress(
                source, source.position(), rawBytes, target.byteBuffer(start, bound), 0, bound);
          }
          case ZSTD -> {
            if (zstd == null) {
              throw new IllegalStateException("no ZSTD context");
            }
            int bound = Math.toIntExact(com.github.luben.zstd.Zstd.compressBound(rawBytes));
            target.ensure(bound);
            yield zstd.compressDirectByteBuffer(
                target.byteBuffer(start, bound), 0, bound, source, source.position(), rawBytes);
          }
        };
    if (compression.codec() == Compression.Codec.NONE || stored > rawBytes - rawBytes / 16) {
      target.ensure(rawBytes);
      target.byteBuffer(start, rawBytes).put(source.duplicate());
      target.advance(rawBytes);
      return Compression.Codec.NONE;
    }
    target.advance(stored);
    return compression.codec();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (zstd != null) {
        zstd.close();
      }
    }
  }
}
