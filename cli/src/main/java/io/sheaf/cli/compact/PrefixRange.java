package io.sheaf.cli.compact;

import io.sheaf.engine.compact.CompactionRequest.Range;
import io.sheaf.lsm.coding.Slice;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a range of prefixes from the command line: {@code FROM..TO}, where TO is not in it and
 * either may be left out. A prefix is text, {@code hex:} and hexadecimal digits, or {@code num:}
 * and a number that stands in eight bytes, the highest first.
 */
final class PrefixRange implements ITypeConverter<Range> {
  private static final String BETWEEN = "..";
  private static final String HEX = "hex:";
  private static final String NUMBER = "num:";

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
    if (text.isEmpty()) {
      return null;
    }
    try {
      if (text.startsWith(HEX)) {
        return Slice.of(HexFormat.of().parseHex(text.substring(HEX.length())));
      }
      if (text.startsWith(NUMBER)) {
        long number = Long.parseUnsignedLong(text.substring(NUMBER.length()));
        return Slice.of(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
      }
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "'" + text + "' is no prefix: give text, hex:6a6f65 or num:7");
    }
    return Slice.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
