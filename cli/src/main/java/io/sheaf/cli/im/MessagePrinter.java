package io.sheaf.cli.im;

import io.sheaf.cli.console.JsonText;
import io.sheaf.cli.console.PrintableText;
import io.sheaf.im.model.Message;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Prints messages, one a line.
 *
 * <p><em>Thread safety:</em> none.
 */
final class MessagePrinter {
  /** How messages are printed. */
  enum Style {
    /** {@code 2008-04-27 04:46 <pawan> text}, with {@code \xNN} for what cannot be shown. */
    TEXT,
    /** The same line with the message's own bytes. */
    RAW,
    /**
     * An object with time, timeMillis, id, sequence, conversation, sender, kind, status, text; and
     * in hexadecimal what is not UTF-8.
     */
    JSON
  }

  /** Type of a message that was told in the third person, as an import gives it. */
  private static final int ACTION = 1;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final PrintStream out;
  private final Style style;

  MessagePrinter(PrintStream out, Style style) {
    this.out = out;
    this.style = style;
  }

  /** Prints a message; false where nobody reads on. */
  boolean print(Message message) {
    switch (style) {
      case TEXT ->
          out.println(
              time(message)
                  + before(message)
                  + PrintableText.of(message.sender().id().toByteArray())
                  + behind(message)
                  + PrintableText.of(message.body().bytes()));
      case RAW -> printRaw(message);
      case JSON -> out.println(json(message));
    }
    return !out.checkError();
  }

  private void printRaw(Message message) {
    writeAscii(time(message) + before(message));
    out.writeBytes(message.sender().id().toByteArray());
    writeAscii(behind(message));
    out.writeBytes(message.body().bytes());
    writeAscii("\n");
  }

  private void writeAscii(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String json(Message message) {
    return JsonText.of(fields(message));
  }

  /** What JSON says of a message. */
  static Map<String, Object> fields(Message message) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("time", time(message));
    fields.put("timeMillis", message.timeMillis());
    fields.put("id", message.id().toString());
    fields.put("sequence", message.sequence());
    putText(fields, "conversation", message.conversation().id().toByteArray());
    putText(fields, "sender", message.sender().id().toByteArray());
    fields.put("kind", isAction(message) ? "action" : "text");
    fields.put("status", message.status().name().toLowerCase(Locale.ROOT));
    putText(fields, "text", message.body().bytes());
    return fields;
  }

  /** Puts text; where it is not UTF-8, its bytes as well. */
  static void putText(Map<String, Object> fields, String field, byte[] bytes) {
    fields.put(field, new String(bytes, StandardCharsets.UTF_8));
    if (!PrintableText.isUtf8(bytes)) {
      fields.put(field + "Hex", HexFormat.of().formatHex(bytes));
    }
  }

  private static String time(Message message) {
    return TIME.format(Instant.ofEpochMilli(message.timeMillis()));
  }

  private static String before(Message message) {
    return isAction(message) ? " * " : " <";
  }

  private static String behind(Message message) {
    boolean silent = message.body().length() == 0;
    if (isAction(message)) {
      return silent ? "" : " ";
    }
    return silent ? ">" : "> ";
  }

  private static boolean isAction(Message message) {
    return message.type() == ACTION;
  }
}
