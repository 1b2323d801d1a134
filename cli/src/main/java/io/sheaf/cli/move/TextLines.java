package io.sheaf.cli.move;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lines of UTF-8, each ended by a line feed, of bounded length.
 *
 * <p><em>Thread safety:</em> none.
 */
final class TextLines {
  /** More than a value of 64 MB in base 64. */
  private static final int MOST_BYTES = 100 << 20;

  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long number;

  TextLines(InputStream in) {
    this.in = new BufferedInputStream(in, BUFFER_BYTES);
  }

  /** Number of the line that was read last, from 1. */
  long number() {
    return number;
  }

  /**
   * The next line without its end; null behind the last.
   *
   * @throws MalformedRowException when it is too long or no UTF-8
   */
  @Nullable String next() throws IOException {
    line.reset();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    number++;
    while (next >= 0 && next != '\n') {
      if (line.size() == MOST_BYTES) {
        throw new MalformedRowException(number, "longer than " + MOST_BYTES + " bytes");
      }
      line.write(next);
      next = in.read();
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(line.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedRowException(number, "is not UTF-8");
    }
  }
}
