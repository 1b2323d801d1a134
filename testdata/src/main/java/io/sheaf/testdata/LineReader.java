package io.sheaf.testdata;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Splits a stream into lines of bytes, of which one at a time can be looked at. Lines end with LF
 * or CRLF, which are not part of them; the end of the stream ends a last line that has bytes.
 *
 * <p>Of a line that is too long nothing is kept: it appears as an empty one, and is counted.
 *
 * <p><em>Thread safety:</em> none.
 *
 * <p><em>Ownership:</em> the stream stays the caller's, who closes it.
 */
final class LineReader {
  private static final int READ_BYTES = 64 * 1024;

  private final InputStream in;
  private final byte[] ahead = new byte[READ_BYTES];
  private int aheadBegin;
  private int aheadEnd;

  private final byte[] line;
  private int length;
  private long count;
  private long overlongCount;

  /** A reader of lines of up to {@code maxLineBytes} bytes, their ends not counted. */
  LineReader(InputStream in, int maxLineBytes) {
    this.in = in;
    this.line = new byte[maxLineBytes + 1];
  }

  /** Goes on to the next line; false at the end of the stream. */
  boolean next() throws IOException {
    length = 0;
    long bytes = 0;
    int next = read();
    if (next < 0) {
      return false;
    }
    while (next >= 0 && next != '\n') {
      if (length < line.length) {
        line[length++] = (byte) next;
      }
      bytes++;
      next = read();
    }
    count++;
    if (length > 0 && bytes == length && line[length - 1] == '\r') {
      length--;
    } else if (bytes >= line.length) {
      length = 0;
      overlongCount++;
    }
    return true;
  }

  /** The number of lines so far. */
  long count() {
    return count;
  }

  long overlongCount() {
    return overlongCount;
  }

  /** The length of the line in bytes. */
  int length() {
    return length;
  }

  /** Whether the line has this ASCII letter at this offset. */
  boolean hasAt(int offset, char letter) {
    return offset < length && line[offset] == letter;
  }

  /** The offset of the first such ASCII letter from {@code begin} on; -1 where there is none. */
  int indexOf(char letter, int begin) {
    for (int i = begin; i < length; i++) {
      if (line[i] == letter) {
        return i;
      }
    }
    return -1;
  }

  /** The number that two decimal digits make; -1 where there are not two. */
  int twoDigits(int offset) {
    return isDigit(offset) && isDigit(offset + 1)
        ? (line[offset] - '0') * 10 + line[offset + 1] - '0'
        : -1;
  }

  byte[] copy(int begin, int end) {
    return Arrays.copyOfRange(line, begin, end);
  }

  private boolean isDigit(int offset) {
    return offset < length && line[offset] >= '0' && line[offset] <= '9';
  }

  private int read() throws IOException {
    while (aheadBegin == aheadEnd) {
      int count = in.read(ahead);
      aheadBegin = 0;
      aheadEnd = Math.max(count, 0);
      if (count < 0) {
        return -1;
      }
    }
    return ahead[aheadBegin++] & 0xFF;
  }
}
