package io.sheaf.cli;

import io.sheaf.cli.console.JsonText;
import io.sheaf.cli.console.PrintableText;
import io.sheaf.im.Message;
import io.sheaf.im.MessageKind;
import io.sheaf.im.Name;
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
    /** An object with time, channel, sender, kind, text; and in hexadecimal what is not UTF-8. */
    JSON
  }

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
                  + PrintableText.of(message.sender().toByteArray())
                  + behind(message)
                  + PrintableText.of(message.text()));
      case RAW -> printRaw(message);
      case JSON -> out.println(json(message));
    }
    return !out.checkError();
  }

  private void printRaw(Message message) {
    writeAscii(time(message) + before(message));
    out.writeBytes(message.sender().toByteArray());
    writeAscii(behind(message));
    out.writeBytes(message.text());
    writeAscii("\n");
  }

  private void writeAscii(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String json(Message message) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("time", time(message));
    fields.put("id", Long.toUnsignedString(message.id()));
    putName(fields, "channel", message.conversation());
    putName(fields, "sender", message.sender());
    fields.put("kind", message.kind() == MessageKind.TEXT ? "text" : "action");
    putText(fields, "text", message.text());
    return JsonText.of(fields);
  }

  private static void putName(Map<String, Object> fields, String field, Name name) {
    putText(fields, field, name.toByteArray());
  }

  private static void putText(Map<String, Object> fields, String field, byte[] bytes) {
    fields.put(field, new String(bytes, StandardCharsets.UTF_8));
    if (!PrintableText.isUtf8(bytes)) {
      fields.put(field + "Hex", HexFormat.of().formatHex(bytes));
    }
  }

  private static String time(Message message) {
    return TIME.format(Instant.ofEpochMilli(message.timeMillis()));
  }

  private static String before(Message message) {
    return switch (message.kind()) {
      case TEXT -> " <";
      case ACTION -> " * ";
    };
  }

  private static String behind(Message message) {
    return switch (message.kind()) {
      case TEXT -> message.text().length == 0 ? ">" : "> ";
      case ACTION -> message.text().length == 0 ? "" : " ";
    };
  }
}
