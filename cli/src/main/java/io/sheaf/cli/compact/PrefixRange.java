package io.sheaf.cli.compact;

import io.sheaf.cli.console.BytesText;
import io.sheaf.engine.compact.CompactionRequest.Range;
import io.sheaf.lsm.coding.Slice;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a range of prefixes from the command line: {@code FROM..TO}, where TO is not in it and
 * either may be left out. A prefix is written as {@link BytesText}.
 */
final class PrefixRange implements ITypeConverter<Range> {
  private static final String BETWEEN = "..";

  /** A converter. */
  PrefixRange() {}

  @Override
  public Range convert(String text) {
    int between = text.indexOf(BETWEEN);
    if (between < 0) {
      throw new TypeConversionException(
          "'" + text + "' is no range: give FROM..TO, either of which may be left out");
    }
    try {
      return new Range(
          prefix(text.substring(0, between)), prefix(text.substring(between + BETWEEN.length())));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException("'" + text + "': " + e.getMessage());
    }
  }

  private static @Nullable Slice prefix(String text) {
    return text.isEmpty() ? null : Slice.of(new BytesText.Converter().convert(text).bytes());
  }
}
