package io.sheaf.lsm.coding;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictDecompress;
import com.github.luben.zstd.ZstdException;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses blocks whose raw length is known.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class Decompressor {
  private static final LZ4SafeDecompressor LZ4 = LZ4Factory.fastestInstance().safeDecompressor();
  private static final DecompressionContexts ZSTD = new DecompressionContexts();

  /** A byte that lengthens a match adds so many (LZ4 block format). */
  private static final long LZ4_EXPANSION = 255;

  /** A block of one repeated byte is four bytes for up to 128 KB (RFC 8878, section 3.1.1.2). */
  private static final long ZSTD_EXPANSION = (128 << 10) / 4;

  /** Of what is too short to be anything. */
  private static final int SLACK_BYTES = 64;

  private Decompressor() {}

  /**
   * Decompresses {@code stored} (position to limit, a direct buffer) to a new buffer of {@code
   * rawBytes}, which is the caller's. No memory is taken for a length that these bytes cannot come
   * to, whatever a file claims.
   *
   * @param codec code of the codec as stored with the block
   * @param dictionary what the block was compressed with; held by the caller until this returns
   * @throws MalformedException when the bytes are not of this codec or of another length
   */
  public static NativeBuffer decompress(
      int codec, ByteBuffer stored, int rawBytes, @Nullable DecompressionDictionary dictionary) {
    checkRawBytes(codec, stored.remaining(), rawBytes);
    NativeBuffer raw = NativeBuffer.allocate(rawBytes);
    try {
      decompress(codec, stored, raw.byteBuffer(0, rawBytes), dictionary);
      return raw;
    } catch (Throwable e) {
      raw.close();
      throw e;
    }
  }

  /**
   * Refuses a length that so many bytes cannot come to: before memory is taken for it, as it is
   * only what a file claims.
   *
   * @throws MalformedException when it is beyond what the codec makes of them at most
   */
  public static void checkRawBytes(int codec, int storedBytes, int rawBytes) {
    if (rawBytes > mostRawBytes(codec, storedBytes)) {
      throw new MalformedException(
          storedBytes + " bytes, which cannot become " + rawBytes + " bytes");
    }
  }

  private static long mostRawBytes(int codec, long storedBytes) {
    return switch (codec) {
      case 0 -> storedBytes;
      case 1 -> LZ4_EXPANSION * storedBytes + SLACK_BYTES;
      case 2 -> ZSTD_EXPANSION * storedBytes + SLACK_BYTES;
      default -> throw new MalformedException("no codec has the code " + codec);
    };
  }

  /**
   * Decompresses {@code stored} (position to limit, a direct buffer) to exactly fill {@code target}
   * (position to limit, a direct buffer). Moves neither.
   *
   * @param codec code of the codec as stored with the block
   * @param dictionary what the block was compressed with; held by the caller until this returns
   * @throws MalformedException when the bytes are not of this codec or of another length
   */
  public static void decompress(
      int codec,
      ByteBuffer stored,
      ByteBuffer target,
      @Nullable DecompressionDictionary dictionary) {
    int storedBytes = stored.remaining();
    int rawBytes = target.remaining();
    int length =
        switch (codec) {
          case 0 -> {
            if (storedBytes == rawBytes) {
              target.duplicate().put(stored.duplicate());
            }
            yield storedBytes;
          }
          case 1 -> {
            try {
              yield LZ4.decompress(
                  stored, stored.position(), storedBytes, target, target.position(), rawBytes);
            } catch (LZ4Exception e) {
              throw new MalformedException("LZ4: " + e.getMessage());
            }
          }
          case 2 -> {
            try {
              yield zstd(stored, target, dictionary);
            } catch (ZstdException e) {
              throw new MalformedException("ZSTD: " + e.getMessage());
            }
          }
          default -> throw new MalformedException("no codec has the code " + codec);
        };
    if (length != rawBytes) {
      throw new MalformedException(
          "block decompresses to " + length + " bytes instead of " + rawBytes);
    }
  }

  /** The same for blocks that were compressed without a dictionary. */
  public static void decompress(int codec, ByteBuffer stored, ByteBuffer target) {
    decompress(codec, stored, target, null);
  }

  private static int zstd(
      ByteBuffer stored, ByteBuffer target, @Nullable DecompressionDictionary dictionary) {
    ZstdDecompressCtx context = ZSTD.take();
    try {
      if (dictionary == null) {
        return zstd(context, stored, target);
      }
      context.loadDict(dictionary.prepared());
      try {
        return zstd(context, stored, target);
      } finally {
        context.loadDict((ZstdDictDecompress) null); // a context keeps its dictionary from closing
      }
    } finally {
      ZSTD.giveBack(context);
    }
  }

  private static int zstd(ZstdDecompressCtx context, ByteBuffer stored, ByteBuffer target) {
    return context.decompressDirectByteBuffer(
        target,
        target.position(),
        target.remaining(),
        stored,
        stored.position(),
        stored.remaining());
  }
}
