package io.sheaf.testdata;

import java.nio.charset.StandardCharsets;

/**
 * The value of a row: a message as JSON, in ASCII.
 *
 * <pre>
 *   {"sender":"1913480266","type":"text","time":1700000000123,"text":"...","fileKey":"..."}
 * </pre>
 *
 * <p>The sender is one of the {@value #CONTACTS} contacts of the user whose row it is, the time
 * that of the message id. The body, {@link BodyLength} bytes, is the text and the file key
 * together: three quarters text, one quarter random base64, which is a fifth of all the bytes of a
 * row.
 *
 * <p><em>Thread safety:</em> immutable.
 */
final class MessageFormat {
  private static final String HEAD =
      "{\"sender\":\"1000000000\",\"type\":\"text\",\"time\":1700000000000,\"text\":\"";
  private static final byte[] HEAD_BYTES = ascii(HEAD);
  private static final byte[] FILE_KEY_BYTES = ascii("\",\"fileKey\":\"");
  private static final byte[] END_BYTES = ascii("\"}");

  private static final int SENDER_DIGITS = 10;
  private static final int SENDER_OFFSET = HEAD.indexOf("1000000000");
  private static final int TYPE_OFFSET = HEAD.indexOf("text");
  private static final int TIME_DIGITS = 13;
  private static final int TIME_OFFSET = HEAD.indexOf("1700000000000");

  /** The size of the array that any message fits, with room for {@link AsciiFormat#writeBase64}. */
  static final int MAX_VALUE_BYTES =
      HEAD_BYTES.length
          + FILE_KEY_BYTES.length
          + END_BYTES.length
          + BodyLength.MAX_BYTES
          + Long.BYTES;

  private static final int CONTACTS = 32;
  private static final long LOWEST_SENDER = 1_000_000_000L;
  private static final int SENDERS = 2_000_000_000;
  private static final int[] TYPES = types();

  private final MessageText text;

  MessageFormat(MessageText text) {
    this.text = text;
  }

  /**
   * Writes the message of a row and returns its length in bytes.
   *
   * @param seed what the content of this row is drawn from
   * @param target at least {@link #MAX_VALUE_BYTES} long
   */
  int write(long user, long id, long seed, byte[] target) {
    long random = SplitMix.mix(seed);
    int bodyLength = BodyLength.draw(random);
    int fileKeyLength = bodyLength / 4;
    int textLength = bodyLength - fileKeyLength;

    System.arraycopy(HEAD_BYTES, 0, target, 0, HEAD_BYTES.length);
    AsciiFormat.writeDigits(sender(user, random >>> 24), SENDER_DIGITS, target, SENDER_OFFSET);
    AsciiFormat.writeLetters(TYPES[(int) (random >>> 34) & 15], target, TYPE_OFFSET);
    AsciiFormat.writeDigits(MessageId.millisOf(id), TIME_DIGITS, target, TIME_OFFSET);

    int offset = HEAD_BYTES.length;
    text.copy(SplitMix.at(seed, 1), target, offset, textLength);
    offset += textLength;
    offset = append(FILE_KEY_BYTES, target, offset);
    AsciiFormat.writeBase64(SplitMix.at(seed, 2), fileKeyLength, target, offset);
    return append(END_BYTES, target, offset + fileKeyLength);
  }

  /** The lower of two draws: a few of the contacts write most of the messages. */
  private static long sender(long user, long random) {
    long contact = Math.min(random & (CONTACTS - 1), (random >>> 5) & (CONTACTS - 1));
    return LOWEST_SENDER + SplitMix.below(SplitMix.at(user, contact), SENDERS);
  }

  private static int append(byte[] part, byte[] target, int offset) {
    System.arraycopy(part, 0, target, offset, part.length);
    return offset + part.length;
  }

  /** The types of messages, as often as they are drawn. */
  private static int[] types() {
    int[] types = new int[16];
    for (int i = 0; i < types.length; i++) {
      types[i] = AsciiFormat.letters(i < 11 ? "text" : i < 13 ? "link" : i < 15 ? "file" : "call");
    }
    return types;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
