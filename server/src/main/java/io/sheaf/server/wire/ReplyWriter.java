package io.sheaf.server.wire;

import io.netty.buffer.ByteBuf;
import io.sheaf.lsm.coding.Slice;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntUnaryOperator;

/**
 * Writes replies in the protocol that a client speaks, RESP2 or RESP3. What RESP2 does not have is
 * written as what Redis writes there: a map as an array of keys and values, a double as a string, a
 * push as an array.
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> The buffer is the caller's.
 */
public final class ReplyWriter {
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] OK = {'+', 'O', 'K', '\r', '\n'};
  private static final byte[] DIGITS_MIN =
      "-9223372036854775808".getBytes(StandardCharsets.US_ASCII);

  /** What is moved at once, so that a long reply is not copied to the heap as a whole. */
  private static final int MOVED_BYTES = 8 << 10;

  private static final int HEADER_BYTES = 32;

  private ByteBuf out;
  private int limitBytes = Integer.MAX_VALUE;
  private IntUnaryOperator room = bytes -> Integer.MAX_VALUE;
  private boolean third;

  /** Writes RESP2 to {@code out}. */
  public ReplyWriter(ByteBuf out) {
    this.out = out;
  }

  /** Writes to {@code out} from now on. */
  public void to(ByteBuf out) {
    this.out = out;
  }

  /**
   * Asks {@code room} before more than {@code bytes} are written to the buffer: it is told how many
   * there will be, and answers the next limit.
   */
  public void limit(int bytes, IntUnaryOperator room) {
    limitBytes = bytes;
    this.room = room;
  }

  private void checkSpaceFor(int bytes) {
    if (out.readableBytes() > limitBytes - bytes) {
      limitBytes = room.applyAsInt(out.readableBytes() + bytes);
    }
  }

  /** What is written to. */
  public ByteBuf buffer() {
    return out;
  }

  /** Speaks version 2 or 3 from now on. */
  public void speak(int version) {
    if (version != 2 && version != 3) {
      throw new IllegalArgumentException("no version " + version + " of the protocol");
    }
    third = version == 3;
  }

  /** The version that is spoken: 2 or 3. */
  public int version() {
    return third ? 3 : 2;
  }

  /** A word of the server's own, such as OK. */
  public void simple(String text) {
    line('+', text);
  }

  /** +OK. */
  public void ok() {
    out.writeBytes(OK);
  }

  /** An error: its code and what it says; line breaks in it are blanks. */
  public void error(String codeAndMessage) {
    line('-', codeAndMessage.replace('\r', ' ').replace('\n', ' '));
  }

  /** A number. */
  public void integer(long value) {
    header(':', value);
  }

  /** Bytes. */
  public void bulk(byte[] bytes) {
    checkSpaceFor(bytes.length);
    header('$', bytes.length);
    out.writeBytes(bytes).writeBytes(CRLF);
  }

  /** Bytes. */
  public void bulk(Slice bytes) {
    checkSpaceFor(bytes.length());
    header('$', bytes.length());
    int length = bytes.length();
    if (length > 0) {
      ByteBuffer view = bytes.segment().asSlice(bytes.offset(), length).asByteBuffer();
      out.writeBytes(view);
    }
    out.writeBytes(CRLF);
  }

  /** Text, as bytes. */
  public void bulk(String text) {
    bulk(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A number, as text. */
  public void bulk(long number) {
    header('$', digits(number));
    number(number);
    out.writeBytes(CRLF);
  }

  /** Two unsigned numbers with a character between them, as text. */
  public void bulkOfTwo(long first, char between, long second) {
    header('$', unsignedDigits(first) + 1L + unsignedDigits(second));
    unsigned(first);
    out.writeByte(between);
    unsigned(second);
    out.writeBytes(CRLF);
  }

  private void unsigned(long value) {
    if (value < 0) {
      number(Long.divideUnsigned(value, 10));
      out.writeByte((int) ('0' + Long.remainderUnsigned(value, 10)));
    } else {
      number(value);
    }
  }

  private static int unsignedDigits(long value) {
    return value < 0 ? 1 + digits(Long.divideUnsigned(value, 10)) : digits(value);
  }

  /** Text that a person reads; RESP3 says so. */
  public void verbatim(String text) {
    if (!third) {
      bulk(text);
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    header('=', bytes.length + 4L);
    out.writeBytes("txt:".getBytes(StandardCharsets.US_ASCII)).writeBytes(bytes).writeBytes(CRLF);
  }

  /** Nothing where a value could be. */
  public void none() {
    line(third ? '_' : '$', third ? "" : "-1");
  }

  /** Nothing where an array could be. */
  public void noArray() {
    line(third ? '_' : '*', third ? "" : "-1");
  }

  /** A truth. */
  public void bool(boolean value) {
    if (third) {
      line('#', value ? "t" : "f");
    } else {
      integer(value ? 1 : 0);
    }
  }

  /** A number with a fraction. */
  public void real(double value) {
    String text = Double.isInfinite(value) ? value > 0 ? "inf" : "-inf" : shortest(value);
    if (third) {
      line(',', text);
    } else {
      bulk(text);
    }
  }

  private static String shortest(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** The head of {@code count} replies that follow. */
  public void array(int count) {
    header('*', count);
  }

  /** The head of {@code count} replies that follow, in no order. */
  public void set(int count) {
    header(third ? '~' : '*', count);
  }

  /** The head of {@code count} pairs of replies that follow. */
  public void map(int count) {
    header(third ? '%' : '*', third ? count : 2L * count);
  }

  /** The head of {@code count} replies that follow and answer nothing. */
  public void push(int count) {
    header(third ? '>' : '*', count);
  }

  /** The head of {@code count} pairs that tell of the reply behind them; only RESP3 has it. */
  public void attribute(int count) {
    if (!third) {
      throw new IllegalStateException("RESP2 has no attributes");
    }
    header('|', count);
  }

  /** A number of any length, in decimal digits. */
  public void bigNumber(String digits) {
    if (third) {
      line('(', digits);
    } else {
      bulk(digits);
    }
  }

  /** The place at which an array begins whose length is told by {@link #arrayBegunAt}. */
  public int mark() {
    return out.writerIndex();
  }

  /** Makes what was written since {@code mark} an array of {@code count} replies. */
  public void arrayBegunAt(int mark, int count) {
    begunAt('*', mark, count);
  }

  /** Makes what was written since {@code mark} a map of {@code count} pairs. */
  public void mapBegunAt(int mark, int count) {
    begunAt(third ? '%' : '*', mark, third ? count : 2L * count);
  }

  private void begunAt(char kind, int mark, long count) {
    int written = out.writerIndex() - mark;
    int headBytes = 3 + digits(count);
    out.ensureWritable(headBytes);
    byte[] piece = new byte[Math.min(written, MOVED_BYTES)];
    for (int left = written; left > 0; ) { // from the end, as it moves to the right
      int length = Math.min(left, piece.length);
      left -= length;
      out.getBytes(mark + left, piece, 0, length);
      out.setBytes(mark + headBytes + left, piece, 0, length);
    }
    out.writerIndex(mark);
    header(kind, count);
    out.writerIndex(mark + headBytes + written);
  }

  private void line(char kind, String text) {
    out.writeByte(kind);
    out.writeCharSequence(text, StandardCharsets.UTF_8);
    out.writeBytes(CRLF);
  }

  private void header(char kind, long number) {
    checkSpaceFor(HEADER_BYTES);
    out.ensureWritable(HEADER_BYTES);
    out.writeByte(kind);
    number(number);
    out.writeByte('\r').writeByte('\n');
  }

  private void number(long value) {
    if (value == Long.MIN_VALUE) {
      out.writeBytes(DIGITS_MIN);
      return;
    }
    int length = digits(value);
    out.ensureWritable(length);
    int at = out.writerIndex() + length;
    out.writerIndex(at);
    long rest = Math.abs(value);
    do {
      out.setByte(--at, (int) ('0' + rest % 10));
      rest /= 10;
    } while (rest > 0);
    if (value < 0) {
      out.setByte(--at, '-');
    }
  }

  private static int digits(long value) {
    if (value == Long.MIN_VALUE) {
      return DIGITS_MIN.length;
    }
    int length = value < 0 ? 2 : 1;
    for (long rest = Math.abs(value); rest >= 10; rest /= 10) {
      length++;
    }
    return length;
  }
}
