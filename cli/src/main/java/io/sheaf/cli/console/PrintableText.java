package io.sheaf.cli.console;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Bytes of any kind as text that a terminal shows and does not obey: what is not UTF-8 and what
 * controls a terminal appears as {@code \xNN}.
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class PrintableText {
  private PrintableText() {}

  /** Whether the bytes are UTF-8. */
  public static boolean isUtf8(byte[] bytes) {
    CharBuffer text = CharBuffer.allocate(bytes.length + 1);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    return !decoder.decode(ByteBuffer.wrap(bytes), text, true).isError();
  }

  /** The bytes as text. */
  public static String of(byte[] bytes) {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    CharBuffer text = CharBuffer.allocate(bytes.length + 1);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    StringBuilder printable = new StringBuilder(bytes.length);
    CoderResult result = decoder.decode(rest, text, true);
    while (result.isError()) {
      moveTo(printable, text);
      for (int i = 0; i < result.length(); i++) {
        escape(printable, rest.get());
      }
      decoder.reset();
      result = decoder.decode(rest, text, true);
    }
    moveTo(printable, text);
    return printable.toString();
  }

  private static void moveTo(StringBuilder printable, CharBuffer text) {
    text.flip();
    while (text.hasRemaining()) {
      char next = text.get();
      if (Character.isISOControl(next)) {
        for (byte b : String.valueOf(next).getBytes(StandardCharsets.UTF_8)) {
          escape(printable, b);
        }
      } else {
        printable.append(next);
      }
    }
    text.clear();
  }

  private static void escape(StringBuilder printable, byte b) {
    printable.append(String.format(Locale.ROOT, "\\x%02x", b & 0xFF));
  }
}
