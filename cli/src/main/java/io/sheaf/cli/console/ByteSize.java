package io.sheaf.cli.console;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A number of bytes as it is given on the command line: {@code 2g}, {@code 512m}, {@code 64k}, or
 * plain bytes. The units are powers of 1024, as in the JVM's own options.
 *
 * @param bytes from 0
 */
public record ByteSize(long bytes) {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,18})([kmgt]?)(i?b)?");
  private static final String UNITS = "kmgt";

  /**
   * What {@code text} says.
   *
   * @throws IllegalArgumentException if it is no size
   */
  public static ByteSize parse(String text) {
    Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a size: give one like 2g, 512m or 65536");
    }
    int unit = matcher.group(2).isEmpty() ? 0 : UNITS.indexOf(matcher.group(2)) + 1;
    try {
      return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * unit)));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("'" + text + "' is more than 8 exabytes", e);
    }
  }

  /** In the largest unit that leaves no rest: {@code 2 GiB}. */
  @Override
  public String toString() {
    long rest = bytes;
    int unit = 0;
    while (rest != 0 && rest % 1024 == 0 && unit < UNITS.length()) {
      rest /= 1024;
      unit++;
    }
    return rest + (unit == 0 ? " bytes" : " " + "KMGT".charAt(unit - 1) + "iB");
  }

  /** Reads a size from the command line. */
  public static final class Converter implements ITypeConverter<ByteSize> {
    /** A converter. */
    public Converter() {}

    @Override
    public ByteSize convert(String value) {
      try {
        return parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
