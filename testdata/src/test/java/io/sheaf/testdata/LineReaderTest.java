package io.sheaf.testdata;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class LineReaderTest {
  @Test
  void splitsLines() throws IOException {
    assertEquals(List.of(), lines(""));
    assertEquals(List.of("a"), lines("a"));
    assertEquals(List.of("a"), lines("a\n"));
    assertEquals(List.of("a", ""), lines("a\n\n"));
    assertEquals(List.of("a", "b"), lines("a\r\nb\r\n"));
    assertEquals(List.of("a\rb", "\r"), lines("a\rb\n\r\r\n"));
    assertEquals(List.of("", "a"), lines("\r\na\r"));
  }

  @Test
  void skipsLinesThatAreTooLong() throws IOException {
    assertEquals(List.of("12345678", "a"), lines("12345678\na"));
    assertEquals(List.of("12345678", "a"), lines("12345678\r\na"));
    assertEquals(List.of("", "a"), lines("123456789\na"));
    assertEquals(List.of("", "a"), lines("123456789\r\na"));
    assertEquals(List.of("a", ""), lines("a\n" + "b".repeat(100_000)));
    LineReader reader =
        reader("123456789\n12345678\r\n12345678\r\r\n\n".getBytes(StandardCharsets.US_ASCII));
    int count = 0;
    while (reader.next()) {
      count++;
    }
    assertEquals(4, count);
    assertEquals(4, reader.count());
    assertEquals(2, reader.overlongCount());
  }

  @Test
  void splitsAnyBytesAsAStringIsSplit() throws IOException {
    SplittableRandom random = new SplittableRandom(TestSeed.next());
    for (int run = 0; run < 200; run++) {
      StringBuilder text = new StringBuilder();
      List<String> expected = new ArrayList<>();
      for (int line = random.nextInt(50); line > 0; line--) {
        String content = "x".repeat(random.nextInt(9));
        expected.add(content);
        text.append(content).append(random.nextBoolean() ? "\n" : "\r\n");
      }
      assertEquals(expected, lines(text.toString()));
    }
  }

  @Test
  void readsLittleByLittle() throws IOException {
    InputStream oneByOne =
        new FilterInputStream(new ByteArrayInputStream(new byte[] {'a', '\n', 'b', 'c'})) {
          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return super.read(target, offset, Math.min(1, length));
          }
        };
    assertEquals(List.of("a", "bc"), lines(new LineReader(oneByOne, 8)));
  }

  @Test
  void readsBytesAndDigits() throws IOException {
    LineReader reader = reader(new byte[] {'0', '9', (byte) 0xFF, '1'});
    reader.next();
    assertEquals(9, reader.twoDigits(0));
    assertEquals(-1, reader.twoDigits(1));
    assertEquals(-1, reader.twoDigits(3));
    assertEquals(3, reader.indexOf('1', 0));
    assertEquals(-1, reader.indexOf('0', 1));
    assertEquals(4, reader.length());
  }

  private static List<String> lines(String text) throws IOException {
    return lines(reader(text.getBytes(StandardCharsets.US_ASCII)));
  }

  private static List<String> lines(LineReader reader) throws IOException {
    List<String> lines = new ArrayList<>();
    while (reader.next()) {
      lines.add(new String(reader.copy(0, reader.length()), StandardCharsets.US_ASCII));
    }
    assertEquals(lines.size(), reader.count());
    return lines;
  }

  private static LineReader reader(byte[] bytes) {
    return new LineReader(new ByteArrayInputStream(bytes), 8);
  }
}
