package io.sheaf.lsm.coding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamCompressorTest {
  private static final long SEED = TestSeed.next();
  private static final int HEADER_BYTES = 6;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 9, 19})
  void piecesAreReadInTheirOrder(int level) {
    Random random = new Random(SEED);
    try (StreamCompressor compressor = new StreamCompressor(level);
        StreamDecompressor decompressor = new StreamDecompressor();
        GrowableBuffer raw = new GrowableBuffer(0)) {
      for (int i = 0; i < 200; i++) {
        ByteBuffer piece = i == 100 ? random(random, 3_000_000) : anyPiece(random);
        ByteBuffer stored = compress(compressor, piece.duplicate());
        raw.clear();
        raw.putByte(i);
        decompressor.decompress(stored, piece.remaining(), raw);
        String context = "seed " + SEED + " level " + level + " piece " + i;
        assertEquals(piece, raw.byteBuffer(1, raw.size() - 1), context);
      }
    }
  }

  @Test
  void aPieceLikeOneBeforeIsShort() {
    ByteBuffer piece = random(new Random(SEED), 3000);
    try (StreamCompressor compressor = new StreamCompressor(1)) {
      assertTrue(compress(compressor, piece.duplicate()).remaining() > 3000);
      assertTrue(compress(compressor, piece.duplicate()).remaining() < 50);
    }
  }

  /** Beyond the window nothing is referred to, so a reader that keeps it can read on. */
  @Test
  void whatLiesBehindTheWindowIsForgotten() {
    Random random = new Random(SEED);
    ByteBuffer piece = random(random, 3000);
    try (StreamCompressor compressor = new StreamCompressor(1)) {
      compress(compressor, piece.duplicate());
      compress(compressor, random(random, StreamCompressor.WINDOW_BYTES));
      assertTrue(compress(compressor, piece.duplicate()).remaining() > 3000);
    }
  }

  @Test
  void aRestartedStreamIsThatOfANewCompressor() {
    List<ByteBuffer> pieces = new ArrayList<>();
    Random random = new Random(SEED);
    for (int i = 0; i < 20; i++) {
      pieces.add(anyPiece(random));
    }
    List<ByteBuffer> first = new ArrayList<>();
    try (StreamCompressor compressor = new StreamCompressor(1)) {
      pieces.forEach(piece -> first.add(compress(compressor, piece.duplicate())));
      compressor.restart();
      for (int i = 0; i < pieces.size(); i++) {
        assertEquals(first.get(i), compress(compressor, pieces.get(i).duplicate()), "seed " + SEED);
      }
    }
  }

  @Test
  void theHeaderIsTheOneDescribed() {
    try (StreamCompressor compressor = new StreamCompressor(1)) {
      ByteBuffer stored = compress(compressor, text(new Random(SEED), 100));
      byte[] header = new byte[HEADER_BYTES];
      stored.get(header);
      assertEquals("[40, -75, 47, -3, 0, 56]", java.util.Arrays.toString(header));
    }
  }

  @Test
  void aDamagedPieceIsMalformedAndSoIsAllThatFollows() {
    Random random = new Random(SEED);
    for (int i = 0; i < 500; i++) {
      String context = "seed " + SEED + " " + i;
      try (StreamCompressor compressor = new StreamCompressor(1);
          StreamDecompressor decompressor = new StreamDecompressor();
          GrowableBuffer raw = new GrowableBuffer(0)) {
        ByteBuffer first = text(random, 1 + random.nextInt(2000));
        ByteBuffer stored = compress(compressor, first.duplicate());
        int at = random.nextInt(stored.remaining());
        stored.put(at, (byte) random.nextInt(256));
        if (random.nextInt(4) == 0) {
          stored.limit(random.nextInt(stored.limit() + 1));
        }
        int length = first.remaining() + (random.nextBoolean() ? 0 : random.nextInt(9) - 4);
        try {
          decompressor.decompress(stored, Math.max(0, length), raw);
          assertEquals(Math.max(0, length), raw.size(), context);
        } catch (MalformedException e) {
          assertTrue(String.valueOf(e.getMessage()).startsWith("ZSTD stream: "), context);
          assertEquals(0, raw.size(), context);
          ByteBuffer second = compress(compressor, first.duplicate());
          assertThrows(
              MalformedException.class,
              () -> decompressor.decompress(second, first.remaining(), raw),
              context);
        }
      }
    }
  }

  @Test
  void aWrongLengthIsMalformed() {
    for (int difference : new int[] {-1, 1, -100, 100_000}) {
      try (StreamCompressor compressor = new StreamCompressor(1);
          StreamDecompressor decompressor = new StreamDecompressor();
          GrowableBuffer raw = new GrowableBuffer(0)) {
        ByteBuffer stored = compress(compressor, text(new Random(SEED), 1000));
        assertThrows(
            MalformedException.class,
            () -> decompressor.decompress(stored, 1000 + difference, raw));
      }
    }
  }

  @Test
  void aPieceWithoutThoseBeforeItIsMalformed() {
    try (StreamCompressor compressor = new StreamCompressor(1);
        StreamDecompressor decompressor = new StreamDecompressor();
        GrowableBuffer raw = new GrowableBuffer(0)) {
      ByteBuffer piece = text(new Random(SEED), 1000);
      compress(compressor, piece.duplicate());
      ByteBuffer second = compress(compressor, piece.duplicate());
      assertThrows(MalformedException.class, () -> decompressor.decompress(second, 1000, raw));
    }
  }

  /** Whoever wrote it, no stream makes its reader take more memory than ours do. */
  @Test
  void aLargerWindowIsRefused() {
    for (int windowLog : new int[] {18, 20, 27}) {
      assertTrue(refusal(foreign(windowLog, false, false)).contains("window"));
    }
    assertTrue(refusal(foreign(17, true, false)).contains("header"));
    assertTrue(refusal(foreign(17, false, true)).contains("ends"));
    assertTrue(refusal(ByteBuffer.allocateDirect(1000)).contains("header"));
    assertTrue(refusal(ByteBuffer.allocateDirect(5)).contains("header"));
  }

  private static String refusal(ByteBuffer stored) {
    try (StreamDecompressor decompressor = new StreamDecompressor();
        GrowableBuffer raw = new GrowableBuffer(0)) {
      return String.valueOf(
          assertThrows(MalformedException.class, () -> decompressor.decompress(stored, 1000, raw))
              .getMessage());
    }
  }

  /** 1000 bytes of text in a frame as another program might make it. */
  private static ByteBuffer foreign(int windowLog, boolean checksum, boolean ended) {
    ByteBuffer target = ByteBuffer.allocateDirect(10_000);
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      context
          .setLevel(1)
          .setContentSize(false)
          .setChecksum(checksum)
          .setDictID(false)
          .setWindowLog(windowLog);
      context.compressDirectByteBufferStream(
          target, text(new Random(SEED), 1000), ended ? EndDirective.END : EndDirective.FLUSH);
    }
    return target.flip();
  }

  @Test
  void closingTwiceIsFine() {
    StreamCompressor compressor = new StreamCompressor(1);
    compressor.close();
    compressor.close();
    StreamDecompressor decompressor = new StreamDecompressor();
    decompressor.close();
    decompressor.close();
    assertThrows(
        IllegalStateException.class, () -> compress(compressor, ByteBuffer.allocateDirect(10)));
  }

  private static ByteBuffer compress(StreamCompressor compressor, ByteBuffer piece) {
    int most = StreamCompressor.mostStoredBytes(piece.remaining());
    ByteBuffer stored = ByteBuffer.allocateDirect(most);
    compressor.compress(piece, stored);
    assertEquals(0, piece.remaining());
    return stored.flip();
  }

  private static ByteBuffer anyPiece(Random random) {
    int length = random.nextInt(10) == 0 ? random.nextInt(300_000) : random.nextInt(5_000);
    return switch (random.nextInt(8)) {
      case 0 -> ByteBuffer.allocateDirect(0);
      case 1 -> random(random, length);
      case 2 -> ByteBuffer.allocateDirect(length);
      default -> text(random, length);
    };
  }

  private static ByteBuffer random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return ByteBuffer.allocateDirect(length).put(bytes).flip();
  }

  /** Words, so that it compresses. */
  private static ByteBuffer text(Random random, int length) {
    ByteBuffer text = ByteBuffer.allocateDirect(length);
    while (text.hasRemaining()) {
      int word = random.nextInt(50);
      for (int i = 0; i < 5 && text.hasRemaining(); i++) {
        text.put((byte) ('a' + (word * 7 + i * i) % 26));
      }
    }
    return text.flip();
  }
}
