package io.sheaf.testdata;

import java.nio.charset.StandardCharsets;

/**
 * A long run of made-up talk that the texts of messages are cut from: ASCII without quotation marks
 * and backslashes, so that any cut may stand in JSON.
 *
 * <p><em>Thread safety:</em> immutable.
 */
final class MessageText {
  /**
   * The length of the run in bytes: short enough for a third-level cache, long enough that two
   * messages of a block hardly ever overlap.
   */
  static final int SIZE_BYTES = 4 << 20;

  /** More than the longest phrase: a search for the next space ends within it. */
  private static final int LONGEST_PART_BYTES = 128;

  private static final byte[][] SEPARATORS = separators();

  private final byte[] bytes = new byte[SIZE_BYTES];

  MessageText(long seed) {
    SplitMixStream random = new SplitMixStream(seed);
    Vocabulary vocabulary = new Vocabulary(random);
    int length = 0;
    while (length < SIZE_BYTES) {
      length = append(vocabulary.draw(random), length);
      length = append(SEPARATORS[random.below(SEPARATORS.length)], length);
    }
  }

  /**
   * Copies text that begins with a whole word; it may end within one.
   *
   * @param random where to begin
   * @param length at most {@link BodyLength#MAX_BYTES}
   */
  void copy(long random, byte[] target, int offset, int length) {
    int start = SplitMix.below(random, SIZE_BYTES - BodyLength.MAX_BYTES - LONGEST_PART_BYTES);
    while (bytes[start] != ' ') {
      start++;
    }
    System.arraycopy(bytes, start + 1, target, offset, length);
  }

  private int append(byte[] part, int length) {
    int copied = Math.min(part.length, SIZE_BYTES - length);
    System.arraycopy(part, 0, bytes, length, copied);
    return length + copied;
  }

  /** What stands between two words, as often as it is drawn. */
  private static byte[][] separators() {
    String[] separators = new String[25];
    for (int i = 0; i < separators.length; i++) {
      separators[i] = i < 21 ? " " : i < 23 ? ", " : i < 24 ? ". " : "? ";
    }
    byte[][] encoded = new byte[separators.length][];
    for (int i = 0; i < separators.length; i++) {
      encoded[i] = separators[i].getBytes(StandardCharsets.US_ASCII);
    }
    return encoded;
  }
}
