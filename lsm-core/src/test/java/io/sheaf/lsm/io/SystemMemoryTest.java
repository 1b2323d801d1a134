package io.sheaf.lsm.io;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SystemMemoryTest {
  private static final Path MEMORY = Path.of("/proc/self/smaps_rollup");
  private static final long PIECE_BYTES = 100 << 10; // small enough for the C library's own heap
  private static final int PIECES = 1280;

  private static long anonymousBytes() throws IOException {
    for (String line : Files.readAllLines(MEMORY)) {
      if (line.startsWith("Anonymous:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new AssertionError("no anonymous memory in " + MEMORY);
  }

  @Test
  void freedMemoryGoesBackToTheSystem() throws IOException {
    LinuxCalls calls = LinuxCalls.available();
    assumeTrue(calls != null && calls.canTrimMemory(), "needs Linux, glibc and native access");
    assumeTrue(Files.exists(MEMORY), "needs " + MEMORY);
    try (Arena holder = Arena.ofConfined()) {
      List<Arena> pieces = new ArrayList<>();
      for (int i = 0; i < PIECES; i++) {
        Arena piece = Arena.ofConfined();
        piece.allocate(PIECE_BYTES).fill((byte) 1);
        holder.allocate(64); // between the pieces, or the library gives the end back by itself
        pieces.add(piece);
      }
      pieces.forEach(Arena::close);
      long freed = PIECES * PIECE_BYTES;
      long before = anonymousBytes();
      SystemMemory.giveBack(1 << 20);
      assertTrue(anonymousBytes() > before - freed / 2, "so little is not worth the call");
      SystemMemory.giveBack(freed);
      long after = anonymousBytes();
      assertTrue(after < before - freed / 2, before + " bytes before, " + after + " after");
    }
  }
}
