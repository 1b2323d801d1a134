package io.sheaf.lsm.coding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Compression.Codec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class CompressorTest {
  private static final long SEED = TestSeed.next();

  static List<Compression> compressions() {
    return List.of(Compression.NONE, Compression.LZ4, Compression.zstd(1), Compression.zstd(3));
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void whatIsCompressedIsDecompressed(Compression compression) {
    Random random = new Random(SEED);
    try (Compressor compressor = new Compressor(compression);
        GrowableBuffer target = new GrowableBuffer(0)) {
      for (int i = 0; i < 200; i++) {
        ByteBuffer raw = raw(random, random.nextInt(20_000));
        int start = i % 3 == 0 ? 0 : target.size();
        target.truncate(start);
        int remaining = raw.remaining();
        Codec codec = compressor.compress(raw.duplicate(), target);
        String context = "seed " + SEED + " " + compression + " " + i;
        assertTrue(codec == compression.codec() || codec == Codec.NONE, context);
        assertTrue(target.size() - start <= remaining, context);
        ByteBuffer back = ByteBuffer.allocateDirect(remaining + 9).position(4).limit(4 + remaining);
        Decompressor.decompress(
            codec.code(), target.byteBuffer(start, target.size() - start), back);
        assertEquals(raw, back, context);
        assertEquals(4, back.position(), context);
        Decompressor.checkRawBytes(codec.code(), target.size() - start, remaining);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void whatDoesNotShrinkIsStoredAsItIs(Compression compression) {
    byte[] bytes = new byte[5000];
    new Random(SEED).nextBytes(bytes);
    ByteBuffer raw = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    try (Compressor compressor = new Compressor(compression);
        GrowableBuffer target = new GrowableBuffer(0)) {
      assertEquals(Codec.NONE, compressor.compress(raw, target));
      assertEquals(raw, target.byteBuffer(0, target.size()));
    }
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void damagedBytesAreMalformedOrOfTheRightLength(Compression compression) {
    Random random = new Random(SEED);
    try (Compressor compressor = new Compressor(compression);
        GrowableBuffer target = new GrowableBuffer(0)) {
      for (int i = 0; i < 500; i++) {
        target.clear();
        ByteBuffer raw = raw(random, 1 + random.nextInt(2_000));
        Codec codec = compressor.compress(raw.duplicate(), target);
        ByteBuffer stored = target.byteBuffer(0, target.size());
        int at = random.nextInt(stored.remaining());
        stored.put(at, (byte) random.nextInt(256));
        if (random.nextBoolean()) {
          stored.limit(random.nextInt(stored.limit() + 1));
        }
        int length = raw.remaining() + (random.nextBoolean() ? 0 : random.nextInt(9) - 4);
        ByteBuffer back = ByteBuffer.allocateDirect(Math.max(0, length));
        try {
          Decompressor.decompress(codec.code(), stored, back);
        } catch (MalformedException e) {
          assertTrue(String.valueOf(e.getMessage()).length() > 3, "seed " + SEED);
        }
      }
    }
  }

  @Test
  void anUnknownCodecAndAWrongLengthAreMalformed() {
    ByteBuffer ten = ByteBuffer.allocateDirect(10);
    ByteBuffer eleven = ByteBuffer.allocateDirect(11);
    assertThrows(MalformedException.class, () -> Decompressor.decompress(3, ten, ten));
    assertThrows(MalformedException.class, () -> Decompressor.decompress(-1, ten, ten));
    assertThrows(MalformedException.class, () -> Decompressor.decompress(0, ten, eleven));
  }

  /** No memory is taken for what a file claims and cannot be; what can be is decompressed. */
  @Test
  void aLengthThatCannotBeIsMalformed() {
    ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
    for (Compression compression : List.of(Compression.LZ4, Compression.zstd(19))) {
      int codec = compression.codec().code();
      try (Compressor compressor = new Compressor(compression, null);
          GrowableBuffer target = new GrowableBuffer(1 << 10)) {
        assertEquals(compression.codec(), compressor.compress(zeros, target));
        ByteBuffer stored = target.byteBuffer(0, target.size());
        Decompressor.decompress(codec, stored, zeros.capacity(), null).close();
      }
      ByteBuffer ten = ByteBuffer.allocateDirect(10);
      MalformedException refused =
          assertThrows(
              MalformedException.class, () -> Decompressor.decompress(codec, ten, 1 << 30, null));
      assertTrue(String.valueOf(refused.getMessage()).contains("cannot become"));
    }
  }

  @Test
  void levelsAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> Compression.zstd(0));
    assertThrows(IllegalArgumentException.class, () -> Compression.zstd(20));
    assertThrows(IllegalArgumentException.class, () -> new Compression(Codec.LZ4, 1));
  }

  /** Words, so that it compresses. */
  private static ByteBuffer raw(Random random, int length) {
    ByteBuffer raw = ByteBuffer.allocateDirect(length + 3).position(3);
    while (raw.hasRemaining()) {
      int word = random.nextInt(50);
      for (int i = 0; i < 5 && raw.hasRemaining(); i++) {
        raw.put((byte) ('a' + (word * 7 + i * i) % 26));
      }
    }
    return raw.position(3);
  }
}
