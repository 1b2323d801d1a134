package io.sheaf.lsm.coding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Compression.Codec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DictionaryTest {
  private static final List<String> WORDS =
      List.of("sender", "conversation", "text", "channel", "received", "message", "edited", "name");

  private final Random random = new Random(7);

  private static String message(Random random) {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < 12; i++) {
      text.append('"').append(WORDS.get(random.nextInt(WORDS.size()))).append("\":");
      text.append(random.nextInt(1000)).append(',');
    }
    return text.append('}').toString();
  }

  private static Dictionary trained(Random random) {
    DictionaryTrainer trainer = new DictionaryTrainer(1024);
    while (!trainer.isFull()) {
      trainer.add(Slice.utf8(message(random)));
    }
    Dictionary dictionary = trainer.train();
    assertNotNull(dictionary);
    return dictionary;
  }

  private static ByteBuffer direct(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  static List<Compression> compressions() {
    return List.of(Compression.NONE, Compression.LZ4, Compression.zstd(1), Compression.zstd(3));
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void whatIsCompressedWithItIsDecompressedWithIt(Compression compression) {
    Dictionary dictionary = trained(random);
    try (Compressor with = new Compressor(compression, dictionary);
        Compressor without = new Compressor(compression);
        DecompressionDictionary prepared = new DecompressionDictionary(dictionary);
        GrowableBuffer target = new GrowableBuffer(0)) {
      for (int i = 0; i < 100; i++) {
        boolean uses = random.nextBoolean(); // the other blocks of the thread know nothing of it
        ByteBuffer raw = direct(message(random));
        target.clear();
        Codec codec = (uses ? with : without).compress(raw.duplicate(), target);
        ByteBuffer back = ByteBuffer.allocateDirect(raw.remaining());
        Decompressor.decompress(
            codec.code(), target.byteBuffer(0, target.size()), back, uses ? prepared : null);
        assertEquals(raw, back);
      }
    }
  }

  @Test
  void makesSmallBlocksSmaller() {
    Dictionary dictionary = trained(random);
    try (Compressor with = new Compressor(Compression.zstd(1), dictionary);
        Compressor without = new Compressor(Compression.zstd(1));
        GrowableBuffer target = new GrowableBuffer(0)) {
      ByteBuffer raw = direct(message(random));
      with.compress(raw.duplicate(), target);
      int small = target.size();
      target.clear();
      without.compress(raw.duplicate(), target);
      assertTrue(small * 5 < target.size() * 4, small + " bytes instead of " + target.size());
    }
  }

  @Test
  void isNotMadeOfTooLittle() {
    DictionaryTrainer trainer = new DictionaryTrainer(1024);
    trainer.add(Slice.utf8("a"));
    trainer.add(Slice.utf8(message(random)));
    assertNull(trainer.train());
  }

  @Test
  void ofAnImpossibleLengthIsRefused() {
    assertThrows(MalformedException.class, () -> new Dictionary(new byte[255]));
    assertThrows(MalformedException.class, () -> new Dictionary(new byte[(1 << 20) + 1]));
  }

  @Test
  void staysUntilTheLastReferenceIsGivenBack() {
    Dictionary dictionary = trained(random);
    DecompressionDictionary prepared = new DecompressionDictionary(dictionary);
    prepared.retain().close();
    try (Compressor compressor = new Compressor(Compression.zstd(1), dictionary);
        GrowableBuffer target = new GrowableBuffer(0)) {
      ByteBuffer raw = direct(message(random));
      Codec codec = compressor.compress(raw.duplicate(), target);
      ByteBuffer back = ByteBuffer.allocateDirect(raw.remaining());
      Decompressor.decompress(codec.code(), target.byteBuffer(0, target.size()), back, prepared);
      assertEquals(raw, back);
    }
    prepared.close();
  }
}
