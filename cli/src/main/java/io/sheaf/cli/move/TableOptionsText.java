package io.sheaf.cli.move;

import io.sheaf.cli.console.Fields;
import io.sheaf.grouping.PrefixExtractors;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Compression.Codec;
import io.sheaf.lsm.version.TableOptions;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Options of a table as JSON has them, both ways. */
final class TableOptionsText {
  private TableOptionsText() {}

  static Map<String, Object> fields(TableOptions options) {
    return Fields.of(
        "prefix", options.prefix().name(),
        "separationBytes", options.separationBytes(),
        "valueBlockBytes", options.valueBlockBytes(),
        "keyBlockBytes", options.keyBlockBytes(),
        "compression", text(options.compression()),
        "bottomCompression", text(options.bottomCompression()),
        "dictionaryBytes", options.dictionaryBytes(),
        "ttlMillis", options.ttlMillis());
  }

  /**
   * The options.
   *
   * @throws IllegalArgumentException when one of them is missing or out of its range
   */
  static TableOptions parse(Map<?, ?> fields) {
    return new TableOptions(
        PrefixExtractors.parse(String.valueOf(fields.get("prefix"))),
        number(fields, "separationBytes"),
        number(fields, "valueBlockBytes"),
        number(fields, "keyBlockBytes"),
        compression(fields, "compression"),
        compression(fields, "bottomCompression"),
        number(fields, "dictionaryBytes"),
        fields.get("ttlMillis") instanceof Long millis ? millis : TableOptions.NO_TTL);
  }

  private static int number(Map<?, ?> fields, String name) {
    if (fields.get(name) instanceof Long number) {
      return Math.toIntExact(number);
    }
    throw new IllegalArgumentException("the options of the table have no number " + name);
  }

  private static String text(Compression compression) {
    String codec = compression.codec().name().toLowerCase(Locale.ROOT);
    return compression.level() == 0 ? codec : codec + ":" + compression.level();
  }

  private static Compression compression(Map<?, ?> fields, String name) {
    String text = Objects.toString(fields.get(name), "");
    int colon = text.indexOf(':');
    String codec = colon < 0 ? text : text.substring(0, colon);
    for (Codec each : Codec.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(codec)) {
        return new Compression(each, colon < 0 ? 0 : Integer.parseInt(text.substring(colon + 1)));
      }
    }
    throw new IllegalArgumentException("the options of the table have no " + name);
  }
}
