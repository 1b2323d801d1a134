package io.sheaf.testdata;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes decimal numbers and random base64 letters into byte arrays, two letters by one look-up.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class AsciiFormat {
  private static final String BASE64_LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  private static final int BASE64_PAIR_COUNT = 1 << 12;
  private static final char[] BASE64_PAIRS = new char[BASE64_PAIR_COUNT];
  private static final char[] DIGIT_PAIRS = new char[100];
  private static final VarHandle CHARS = view(char[].class);
  private static final VarHandle INTS = view(int[].class);
  private static final VarHandle LONGS = view(long[].class);

  static {
    for (int i = 0; i < BASE64_PAIRS.length; i++) {
      BASE64_PAIRS[i] = pair(BASE64_LETTERS.charAt(i & 63), BASE64_LETTERS.charAt(i >>> 6));
    }
    for (int i = 0; i < DIGIT_PAIRS.length; i++) {
      DIGIT_PAIRS[i] = pair((char) ('0' + i / 10), (char) ('0' + i % 10));
    }
  }

  private AsciiFormat() {}

  /** Four ASCII letters as a number for {@link #writeLetters}. */
  static int letters(String four) {
    return (int) INTS.get(four.getBytes(StandardCharsets.US_ASCII), 0);
  }

  static void writeLetters(int four, byte[] target, int offset) {
    INTS.set(target, offset, four);
  }

  /** Writes the last {@code digits} digits of a number, with zeros in front. */
  static void writeDigits(long number, int digits, byte[] target, int offset) {
    long rest = number;
    int end = offset + digits;
    while (end - offset >= 2) {
      long hundreds = rest / 100;
      end -= 2;
      CHARS.set(target, end, DIGIT_PAIRS[(int) (rest - hundreds * 100)]);
      rest = hundreds;
    }
    if (end > offset) {
      target[offset] = (byte) ('0' + rest % 10);
    }
  }

  /**
   * Writes {@code length} random letters, and up to 7 bytes more of no meaning.
   *
   * @param seed what the letters are drawn from
   */
  static void writeBase64(long seed, int length, byte[] target, int offset) {
    for (int written = 0; written < length; written += Long.BYTES) {
      long random = SplitMix.at(seed, written);
      long letters = BASE64_PAIRS[(int) random & (BASE64_PAIR_COUNT - 1)];
      letters |= (long) BASE64_PAIRS[(int) (random >>> 12) & (BASE64_PAIR_COUNT - 1)] << 16;
      letters |= (long) BASE64_PAIRS[(int) (random >>> 24) & (BASE64_PAIR_COUNT - 1)] << 32;
      letters |= (long) BASE64_PAIRS[(int) (random >>> 36) & (BASE64_PAIR_COUNT - 1)] << 48;
      LONGS.set(target, offset + written, letters);
    }
  }

  private static char pair(char first, char second) {
    return (char) (first | second << 8);
  }

  private static VarHandle view(Class<?> arrayType) {
    return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.LITTLE_ENDIAN);
  }
}
