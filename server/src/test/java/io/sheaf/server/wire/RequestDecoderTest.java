package io.sheaf.server.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.redis.ArrayRedisMessage;
import io.netty.handler.codec.redis.FullBulkStringRedisMessage;
import io.netty.handler.codec.redis.RedisArrayAggregator;
import io.netty.handler.codec.redis.RedisBulkStringAggregator;
import io.netty.handler.codec.redis.RedisDecoder;
import io.netty.handler.codec.redis.RedisMessage;
import io.netty.util.ReferenceCountUtil;
import io.sheaf.lsm.coding.TestSeed;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests are found as Redis finds them, wherever the network cuts them. */
final class RequestDecoderTest {
  private static final WireLimits LIMITS = new WireLimits(1_000, 100_000, 10_000_000);

  @Test
  void findsWhatCodecRedisFinds() throws ProtocolException {
    long seed = TestSeed.next();
    for (int round = 0; round < 200; round++) {
      Random random = new Random(seed + round);
      List<byte[][]> requests = new ArrayList<>();
      for (int i = random.nextInt(20); i >= 0; i--) {
        requests.add(randomRequest(random));
      }
      byte[] stream = encoded(requests);
      List<List<String>> expected = byCodecRedis(stream);
      List<List<String>> found = byOurs(stream, random);
      assertEquals(expected, found, "seed " + (seed + round));
    }
  }

  private static byte[][] randomRequest(Random random) {
    byte[][] arguments = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 5)][];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = new byte[random.nextInt(random.nextInt(20) == 0 ? 20_000 : 30)];
      random.nextBytes(arguments[i]);
    }
    return arguments;
  }

  private static byte[] encoded(List<byte[][]> requests) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[][] request : requests) {
      bytes.writeBytes(ascii("*" + request.length + "\r\n"));
      for (byte[] argument : request) {
        bytes.writeBytes(ascii("$" + argument.length + "\r\n"));
        bytes.writeBytes(argument);
        bytes.writeBytes(ascii("\r\n"));
      }
    }
    return bytes.toByteArray();
  }

  private static List<List<String>> byCodecRedis(byte[] stream) {
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new RedisDecoder(),
            new RedisBulkStringAggregator(),
            new RedisArrayAggregator(1_000, 10));
    boolean any = channel.writeInbound(Unpooled.wrappedBuffer(stream));
    assertTrue(any);
    List<List<String>> requests = new ArrayList<>();
    for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
      List<String> arguments = new ArrayList<>();
      for (RedisMessage child : ((ArrayRedisMessage) message).children()) {
        arguments.add(
            ((FullBulkStringRedisMessage) child).content().toString(StandardCharsets.ISO_8859_1));
      }
      requests.add(arguments);
      ReferenceCountUtil.release(message);
    }
    boolean _ = channel.finishAndReleaseAll();
    return requests;
  }

  private static List<List<String>> byOurs(byte[] stream, Random random) throws ProtocolException {
    List<List<String>> requests = new ArrayList<>();
    try (InputBuffer input = new InputBuffer(PooledByteBufAllocator.DEFAULT)) {
      RequestDecoder decoder = new RequestDecoder(input, LIMITS);
      int at = 0;
      while (at < stream.length) {
        int length = Math.min(stream.length - at, 1 + random.nextInt(3_000));
        input.append(Unpooled.wrappedBuffer(stream, at, length));
        at += length;
        while (decoder.next()) {
          requests.add(shown(decoder.request()));
        }
      }
      assertFalse(decoder.next());
      assertEquals(0, input.capacityBytes(), "holds nothing while it is empty");
    }
    return requests;
  }

  private static List<String> shown(Request request) {
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < request.count(); i++) {
      arguments.add(new String(request.bytes(i), StandardCharsets.ISO_8859_1));
    }
    return arguments;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "*x\\r\\n|invalid multibulk length",
        "*3000000000\\r\\n|invalid multibulk length",
        "*99999999999999999999999\\r\\n|invalid multibulk length",
        "*1001\\r\\n|invalid multibulk length",
        "*3\\r\\n$3\\r\\nSET\\r\\n$1\\r\\nx\\r\\nfooz\\r\\n|expected '$', got 'f'",
        "*1\\r\\nfoo\\r\\n|expected '$', got 'f'",
        "*1\\r\\n$-10\\r\\n|invalid bulk length",
        "*1\\r\\n$2000000000\\r\\n|invalid bulk length",
        "*1\\r\\n$blabla\\r\\n|invalid bulk length",
        "*1\\r\\n$+3\\r\\nabc\\r\\n|invalid bulk length",
        "*1\\r\\n$03\\r\\nabc\\r\\n|invalid bulk length",
        "*1\\r\\n$3\\r\\nabcde\\r\\n|expected CRLF behind an argument",
        "set \"a\\r\\n|unbalanced quotes in request",
        "set \"a\"b\\r\\n|unbalanced quotes in request",
      })
  void refusesInRedisWords(String shown, String message) {
    byte[] bytes = ascii(shown.replace("\\r", "\r").replace("\\n", "\n"));
    ProtocolException refused = assertThrows(ProtocolException.class, () -> first(bytes, LIMITS));
    assertEquals(message, refused.getMessage());
  }

  @Test
  void strangersMaySendLittle() {
    ProtocolException many =
        assertThrows(ProtocolException.class, () -> first(ascii("*11\r\n"), WireLimits.STRANGER));
    assertEquals("unauthenticated multibulk length", many.getMessage());
    ProtocolException large =
        assertThrows(
            ProtocolException.class, () -> first(ascii("*1\r\n$16385\r\n"), WireLimits.STRANGER));
    assertEquals("unauthenticated bulk length", large.getMessage());
  }

  @Test
  void nothingIsAllocatedForWhatIsOnlyClaimed() throws ProtocolException {
    try (InputBuffer input = new InputBuffer(PooledByteBufAllocator.DEFAULT)) {
      RequestDecoder decoder = new RequestDecoder(input, WireLimits.DEFAULT);
      input.append(Unpooled.wrappedBuffer(ascii("*1048576\r\n$60000000\r\n")));
      assertFalse(decoder.next());
      assertTrue(decoder.isWithinRequest());
      assertEquals(4 << 10, input.capacityBytes());
    }
  }

  @Test
  void passesOverEmptyRequests() throws ProtocolException {
    List<String> request = first(ascii("*0\r\n*-1\r\n*-10\r\n\r\n\n*1\r\n$4\r\nPING\r\n"), LIMITS);
    assertEquals(List.of("PING"), request);
  }

  @Test
  void splitsInlineRequests() throws ProtocolException {
    assertEquals(
        List.of("set", "a b", "c'd", "\n\u00ff", ""),
        first(ascii("  set \"a b\" 'c\\'d' \"\\n\\xff\" \"\"\r\n"), LIMITS));
    assertEquals(List.of("ping"), first(ascii("ping\n"), LIMITS));
  }

  @Test
  void refusesLinesWithoutEnd() {
    byte[] line = new byte[WireLimits.LINE_BYTES + 100];
    Arrays.fill(line, (byte) 'a');
    assertEquals(
        "too big inline request",
        assertThrows(ProtocolException.class, () -> first(line, LIMITS)).getMessage());
    line[0] = '*';
    assertEquals(
        "too big mbulk count string",
        assertThrows(ProtocolException.class, () -> first(line, LIMITS)).getMessage());
  }

  @Test
  void aCopyOutlivesTheBytes() throws ProtocolException {
    Request copy;
    try (InputBuffer input = new InputBuffer(PooledByteBufAllocator.DEFAULT)) {
      ByteBuf bytes = Unpooled.wrappedBuffer(ascii("get key\r\n"));
      input.append(bytes);
      RequestDecoder decoder = new RequestDecoder(input, LIMITS);
      assertTrue(decoder.next());
      copy = decoder.request().copy();
      assertTrue(copy.is(0, "get"));
    }
    assertArrayEquals(ascii("key"), copy.bytes(1));
  }

  private static List<String> first(byte[] bytes, WireLimits limits) throws ProtocolException {
    try (InputBuffer input = new InputBuffer(PooledByteBufAllocator.DEFAULT)) {
      input.append(Unpooled.wrappedBuffer(bytes));
      RequestDecoder decoder = new RequestDecoder(input, limits);
      assertTrue(decoder.next());
      return shown(decoder.request());
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
