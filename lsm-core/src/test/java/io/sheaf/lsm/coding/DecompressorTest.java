package io.sheaf.lsm.coding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

final class DecompressorTest {
  private static final int THREADS = 4_000;
  private static final long MOST_GROWTH_BYTES = 100 << 20;

  /** A service that reads on a new thread for each request. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void threadsThatHaveEndedKeepNoMemory() throws Exception {
    byte[] raw = new byte[32 << 10];
    Random random = new Random(1);
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) ('a' + random.nextInt(20));
    }
    ByteBuffer plain = ByteBuffer.allocateDirect(raw.length).put(raw).flip();
    try (Compressor compressor = new Compressor(Compression.zstd(1), null);
        GrowableBuffer stored = new GrowableBuffer(1 << 10)) {
      assertEquals(Compression.Codec.ZSTD, compressor.compress(plain, stored));
      ByteBuffer block = stored.byteBuffer(0, stored.size());
      read(block, raw, 100);
      long before = residentBytes();
      read(block, raw, THREADS);
      long grown = residentBytes() - before;
      assertTrue(grown < MOST_GROWTH_BYTES, () -> grown + " bytes stay of " + THREADS);
    }
  }

  private static void read(ByteBuffer block, byte[] raw, int threads) throws Exception {
    ByteBuffer target = ByteBuffer.allocateDirect(raw.length);
    for (int i = 0; i < threads; i++) {
      FutureTask<ByteBuffer> read =
          new FutureTask<>(() -> {
            Decompressor.decompress(Compression.Codec.ZSTD.code(), block, target);
            return target;
          });
      if (i % 2 == 0) {
        Thread.ofVirtual().start(read);
      } else {
        Thread.ofPlatform().start(read);
      }
      assertEquals(ByteBuffer.wrap(raw), read.get());
    }
  }

  private static long residentBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }
}
