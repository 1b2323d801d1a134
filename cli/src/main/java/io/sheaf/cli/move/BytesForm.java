package io.sheaf.cli.move;

import io.sheaf.cli.console.PrintableText;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/** How bytes stand in a line of text: each form says itself which it is. */
enum BytesForm {
  /** UTF-8. */
  TEXT,
  /** Two digits a byte: for keys that are no UTF-8. */
  HEX,
  /** RFC 4648: for values that are no UTF-8. */
  BASE64;

  /** That of a key. */
  static BytesForm ofKey(byte[] key) {
    return PrintableText.isUtf8(key) ? TEXT : HEX;
  }

  /** That of a value. */
  static BytesForm ofValue(byte[] value) {
    return PrintableText.isUtf8(value) ? TEXT : BASE64;
  }

  /**
   * The form of this name.
   *
   * @throws IllegalArgumentException when there is none
   */
  static BytesForm of(String name) {
    for (BytesForm form : values()) {
      if (form.label().equals(name)) {
        return form;
      }
    }
    throw new IllegalArgumentException("an encoding is text, hex or base64, not '" + name + "'");
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  String encode(byte[] bytes) {
    return switch (this) {
      case TEXT -> new String(bytes, StandardCharsets.UTF_8);
      case HEX -> HexFormat.of().formatHex(bytes);
      case BASE64 -> Base64.getEncoder().encodeToString(bytes);
    };
  }

  /**
   * The bytes.
   *
   * @throws IllegalArgumentException when {@code text} is not of this form
   */
  byte[] decode(String text) {
    return switch (this) {
      case TEXT -> text.getBytes(StandardCharsets.UTF_8);
      case HEX -> HexFormat.of().parseHex(text);
      case BASE64 -> Base64.getDecoder().decode(text);
    };
  }
}
