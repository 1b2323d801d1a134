package io.sheaf.server.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is written is what a client of RESP2 reads. */
final class ReplyWriterTest {
  private final ByteBuf out = Unpooled.directBuffer();
  private final ReplyWriter reply = new ReplyWriter(out);

  @AfterEach
  void release() {
    out.release();
  }

  private String written() {
    String written = out.toString(StandardCharsets.US_ASCII);
    out.clear();
    return written;
  }

  @Test
  void theLengthOfAnArrayMayBeToldBehindIt() {
    for (int entries : new int[] {0, 1, 9, 10, 1_000, 100_000}) {
      StringBuilder expected = new StringBuilder(":7\r\n*").append(entries).append("\r\n");
      reply.integer(7);
      int mark = reply.mark();
      for (int i = 0; i < entries; i++) {
        reply.integer(i);
        expected.append(':').append(i).append("\r\n");
      }
      reply.arrayBegunAt(mark, entries);
      assertEquals(expected.toString(), written());
    }
  }

  @Test
  void asksForRoomWhateverAReplyIsMadeOf() {
    reply.limit(
        1_000,
        needed -> {
          throw new ReplyTooLongException("no room for " + needed);
        });
    assertThrows(
        ReplyTooLongException.class,
        () -> {
          for (int i = 0; i < 1_000; i++) {
            reply.bulkOfTwo(i, '-', i);
          }
        });
    written();
    assertThrows(
        ReplyTooLongException.class,
        () -> {
          for (int i = 0; i < 1_000; i++) {
            reply.integer(i);
          }
        });
  }

  @Test
  void twoNumbersAreUnsigned() {
    long[] numbers = {0, 9, 10, Long.MAX_VALUE, Long.MIN_VALUE, -10, -1};
    for (long first : numbers) {
      for (long second : numbers) {
        reply.bulkOfTwo(first, '-', second);
        String text = Long.toUnsignedString(first) + "-" + Long.toUnsignedString(second);
        assertEquals("$" + text.length() + "\r\n" + text + "\r\n", written());
      }
    }
  }
}
