package io.sheaf.cli.console;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a time from the command line: a day, which is its beginning, or a second of it, in UTC.
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class TimeText implements ITypeConverter<Instant> {
  /** How a time is given, for errors. */
  public static final String EXAMPLES = "2026-01-31 or 2026-01-31T12:00:00Z";

  private static final Instant FIRST = Instant.ofEpochMilli(Long.MIN_VALUE);
  private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);

  /**
   * The time that {@code text} names.
   *
   * @throws DateTimeException if it names none, or one that is too far away to be counted in
   *     milliseconds
   */
  public static Instant parse(String text) {
    Instant time =
        text.indexOf('T') < 0
            ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
            : Instant.parse(text);
    if (time.isBefore(FIRST) || time.isAfter(LAST)) {
      throw new DateTimeException(text + " is not between " + FIRST + " and " + LAST);
    }
    return time;
  }

  @Override
  public Instant convert(String text) {
    try {
      return parse(text);
    } catch (DateTimeException e) {
      throw new TypeConversionException("'" + text + "' is no time: give one like " + EXAMPLES);
    }
  }
}
