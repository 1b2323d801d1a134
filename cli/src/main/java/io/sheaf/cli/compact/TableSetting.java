package io.sheaf.cli.compact;

import io.sheaf.cli.console.ByteSize;
import io.sheaf.grouping.PrefixExtractors;
import io.sheaf.lsm.version.TableOptions;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.function.UnaryOperator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Options of a table on the command line: {@code name=value}, as a change of those it has. */
final class TableSetting implements ITypeConverter<TableSetting.Change> {
  /** What the help says. */
  static final String FORMS =
      "prefix=fixed:8, separation=8k, value-block=16k, key-block=8k, compression=zstd:1,"
          + " bottom-compression=zstd:6, dictionary=64k (0: none), ttl=P7D (0: for ever)";

  /** A change of options. */
  @FunctionalInterface
  interface Change extends UnaryOperator<TableOptions> {}

  /** A converter. */
  TableSetting() {}

  @Override
  public Change convert(String text) {
    int sign = text.indexOf('=');
    String name = sign < 0 ? text : text.substring(0, sign);
    String value = text.substring(sign + 1);
    try {
      Change change = change(name, value);
      TableOptions tried = change.apply(TableOptions.DEFAULT); // tells what is out of range
      assert tried != null;
      return change;
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new TypeConversionException("--set " + text + ": " + e.getMessage());
    }
  }

  private static Change change(String name, String value) {
    return switch (name) {
      case "prefix" -> {
        var rule = PrefixExtractors.parse(value);
        yield options -> options.withPrefix(rule);
      }
      case "separation" -> {
        int bytes = bytes(value);
        yield options -> options.withSeparationBytes(bytes);
      }
      case "value-block" -> {
        int bytes = bytes(value);
        yield options -> options.withBlockBytes(bytes, options.keyBlockBytes());
      }
      case "key-block" -> {
        int bytes = bytes(value);
        yield options -> options.withBlockBytes(options.valueBlockBytes(), bytes);
      }
      case "compression" -> {
        var compression = CompressionText.parse(value);
        yield options -> options.withCompression(compression, options.bottomCompression());
      }
      case "bottom-compression" -> {
        var compression = CompressionText.parse(value);
        yield options -> options.withCompression(options.compression(), compression);
      }
      case "dictionary" -> {
        int bytes = bytes(value);
        yield options -> options.withDictionaryBytes(bytes);
      }
      case "ttl" -> {
        long millis = value.equals("0") ? 0 : Duration.parse(value).toMillis();
        yield options -> options.withTtlMillis(millis);
      }
      default -> throw new IllegalArgumentException("there is no such option; give " + FORMS);
    };
  }

  private static int bytes(String text) {
    long bytes = ByteSize.parse(text).bytes();
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(text + " is too much");
    }
    return (int) bytes;
  }
}
