package io.sheaf.cli.console;

import io.sheaf.im.table.KeyLayout;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.PrefixExtractor;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says how keys are shown. */
public final class KeyOption {
  /** How keys are shown. */
  public enum Form {
    /** By the layout of the IM table of that name, else as text. */
    IM,
    /** Text, and hexadecimal where it is no printable ASCII. */
    TEXT,
    /** Hexadecimal. */
    HEX
  }

  @Option(
      names = "--keys",
      paramLabel = "FORM",
      description =
          "How keys are shown: im (ids and numbers, where the table is one of an IM service; else"
              + " text), text or hex. Default: im. JSON has the hexadecimal form beside it.")
  private Form form = Form.IM;

  /** With the default, for picocli to change. */
  public KeyOption() {}

  /**
   * A key, or a part of one.
   *
   * @param table name of its table
   * @param rule how keys of the table split, for a space between prefix and suffix; null: not known
   */
  public String show(String table, @Nullable PrefixExtractor rule, Slice key) {
    return switch (form) {
      case HEX -> hex(key);
      case TEXT -> text(rule, key);
      case IM ->
          KeyLayout.of(table).flatMap(layout -> layout.text(key)).orElseGet(() -> text(rule, key));
    };
  }

  /** Hexadecimal digits, for programs. */
  public static String hex(Slice key) {
    return HexFormat.of().formatHex(key.toByteArray());
  }

  private static String text(@Nullable PrefixExtractor rule, Slice key) {
    int prefix = rule == null ? key.length() : Math.min(key.length(), rule.prefixLength(key));
    return prefix == 0 || prefix == key.length()
        ? text(key)
        : text(new Slice().set(key, 0, prefix))
            + " "
            + text(new Slice().set(key, prefix, key.length() - prefix));
  }

  private static String text(Slice key) {
    byte[] bytes = key.toByteArray();
    boolean printable = true;
    for (byte b : bytes) {
      printable &= b >= 0x20 && b < 0x7F;
    }
    return printable ? "'" + PrintableText.of(bytes) + "'" : "0x" + hex(key);
  }
}
