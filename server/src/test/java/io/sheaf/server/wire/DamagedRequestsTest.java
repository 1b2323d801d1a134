package io.sheaf.server.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.sheaf.lsm.coding.TestSeed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Bytes that are hardly requests: whatever they are, the decoder finds the same requests and the
 * same error wherever the network cuts them, and holds no more than has come. More of them by
 * {@code -Dsheaf.test.requests=N}.
 */
final class DamagedRequestsTest {
  private static final WireLimits LIMITS = new WireLimits(20, 300, 1_000);
  private static final int ROUNDS = Integer.getInteger("sheaf.test.requests", 20_000);
  private static final String[] PIECES = {
    "*1\r\n",
    "*2\r\n",
    "*0\r\n",
    "*-1\r\n",
    "*21\r\n",
    "$3\r\n",
    "$0\r\n",
    "$-1\r\n",
    "$301\r\n",
    "$03\r\n",
    "abc\r\n",
    "\r\n",
    "\n",
    "\r",
    "GET a\r\n",
    "SET 'a b' \"\\x41\"\r\n",
    "\"",
    "'",
    "*",
    "$",
    "9999999999999999999",
    "\u0000",
    "PING\n",
    "*1\r\n$4\r\nPING\r\n",
    "*2\r\n$3\r\nGET\r\n$1\r\na\r\n"
  };

  @Test
  void meanTheSameWhereverTheyAreCut() {
    long seed = TestSeed.next();
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(seed + round);
      byte[] bytes = bytes(random);
      String where = "-Dsheaf.test.requests=1 -Dsheaf.test.seed=" + (seed + round);
      List<String> whole = found(bytes, bytes.length, random, where);
      assertEquals(whole, found(bytes, 1, random, where), where);
      assertEquals(whole, found(bytes, 7, random, where), where);
    }
  }

  private static byte[] bytes(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i >= 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    for (int i = random.nextInt(3); i > 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  /** The requests, and the error at the end if there is one. */
  private static List<String> found(byte[] bytes, int most, Random random, String where) {
    List<String> found = new ArrayList<>();
    try (InputBuffer input = new InputBuffer(PooledByteBufAllocator.DEFAULT)) {
      RequestDecoder decoder = new RequestDecoder(input, LIMITS);
      int at = 0;
      while (at < bytes.length) {
        int length = Math.min(bytes.length - at, 1 + random.nextInt(most));
        input.append(Unpooled.wrappedBuffer(bytes, at, length));
        at += length;
        assertTrue(input.capacityBytes() <= 4 << 10, where);
        while (decoder.next()) {
          found.add(shown(decoder.request()));
        }
      }
    } catch (ProtocolException e) {
      found.add(e.reply());
    }
    return found;
  }

  private static String shown(Request request) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < request.count(); i++) {
      text.append(new String(request.bytes(i), StandardCharsets.ISO_8859_1)).append('|');
    }
    return text.toString();
  }
}
