package io.sheaf.cli.inspect;

import io.sheaf.cli.console.Fields;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.version.TableOptions;
import java.util.Locale;
import java.util.Map;

/** The options of a table as fields of a report. */
final class TableFields {
  private TableFields() {}

  static Map<String, Object> options(String prefixRule, TableOptions options) {
    Map<String, Object> fields = Fields.of("prefixRule", prefixRule);
    if (options.separationBytes() == TableOptions.NEVER_SEPARATE) {
      fields.put("separation", "never");
    } else {
      fields.put("separationBytes", options.separationBytes());
    }
    fields.put("valueBlockBytes", options.valueBlockBytes());
    fields.put("keyBlockBytes", options.keyBlockBytes());
    fields.put("compression", text(options.compression()));
    fields.put("bottomCompression", text(options.bottomCompression()));
    fields.put("dictionaryBytes", options.dictionaryBytes());
    fields.put("timeToLive", options.ttlMillis() == 0 ? "none" : options.ttlMillis() + " ms");
    return fields;
  }

  private static String text(Compression compression) {
    String codec = compression.codec().name().toLowerCase(Locale.ROOT);
    return compression.level() == 0 ? codec : codec + ":" + compression.level();
  }
}
