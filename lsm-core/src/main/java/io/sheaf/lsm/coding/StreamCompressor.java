package io.sheaf.lsm.coding;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Compresses pieces as one ZSTD stream: each may refer to what was in the {@value #WINDOW_BYTES}
 * bytes before it, so that small pieces that resemble each other become as small as one large
 * block. Each piece is flushed, so that whoever read all before it can read it, see {@link
 * StreamDecompressor}.
 *
 * <pre>
 * stream = 28 b5 2f fd 00 38 block*        a ZSTD frame without length, checksum and dictionary,
 *                                          with a window of 128 KB, that is never ended
 * piece  = block*                          whole blocks, the first piece with the 6 bytes before
 * </pre>
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> The creator closes it. Off the
 * heap it takes 0.9 MB of addresses at level 1; of that, pieces of some KB touch 0.3 MB: 256 KB of
 * history and a table of 64 KB.
 *
 * <p><b>Source.</b> RFC 8878, sections 3.1.1.1 "Frame_Header" and 3.1.1.2 "Blocks".
 */
public final class StreamCompressor implements AutoCloseable {
  /** How far back a piece may refer, in bytes. */
  public static final int WINDOW_BYTES = 1 << 17;

  private static final int WINDOW_LOG = Integer.numberOfTrailingZeros(WINDOW_BYTES);

  private static final int FASTEST_HASH_LOG = 14;

  /**
   * For level 1: literals are stored as they are. For each block, to find and to write the table of
   * a Huffman code takes as long as to search all of a small piece, and saves a tenth.
   */
  private static final int NO_LITERAL_CODES = 1;

  private static final ResourceLeakDetector<StreamCompressor> LEAKS =
      ResourceLeakDetectorFactory.instance().newResourceLeakDetector(StreamCompressor.class);

  private final int level;
  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final @Nullable ResourceLeakTracker<StreamCompressor> leak = LEAKS.track(this);
  private boolean begun;
  private boolean closed;

  /** A stream at {@code level}, 1 to 19. */
  public StreamCompressor(int level) {
    this.level = level;
  }

  /** Most bytes that a piece of {@code rawBytes} bytes is stored in. */
  public static int mostStoredBytes(int rawBytes) {
    return rawBytes + rawBytes / 256 + 64;
  }

  /** Lets the next piece be the first of a new stream. */
  public void restart() {
    begun = false;
  }

  /**
   * Writes {@code source} (position to limit, a direct buffer) as the next piece to {@code target}
   * (from its position, a direct buffer with room for {@link #mostStoredBytes}) and moves both.
   * When this throws, the stream has lost its place and must not be continued.
   */
  public void compress(ByteBuffer source, ByteBuffer target) {
    if (!begun) {
      begin();
    }
    if (!context.compressDirectByteBufferStream(target, source, EndDirective.FLUSH)
        || source.hasRemaining()) {
      throw new IllegalStateException(
          "no room for a piece of a ZSTD stream: " + source.remaining() + " bytes are left");
    }
  }

  private void begin() {
    context.reset(); // keeps the memory
    context
        .setLevel(level)
        .setContentSize(false)
        .setChecksum(false)
        .setDictID(false)
        .setWindowLog(WINDOW_LOG);
    if (level == 1) {
      context.setHashLog(FASTEST_HASH_LOG).setTargetLength(NO_LITERAL_CODES);
    }
    begun = true;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      context.close();
      if (leak != null) {
        leak.close(this);
      }
    }
  }
}
