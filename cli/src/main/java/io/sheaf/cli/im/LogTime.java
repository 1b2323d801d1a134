package io.sheaf.cli.im;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A time as it is given on the command line. Logs do not name their time zone, so times are taken
 * as they are written, as if all were UTC.
 *
 * @param instant the moment
 */
record LogTime(Instant instant) {
  private static final Pattern DAY = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  /**
   * What {@code text} says: a day, or a day and a time.
   *
   * @throws IllegalArgumentException if it is no time from 1970 to 2109
   */
  static LogTime parse(String text) {
    String given = text.strip();
    try {
      LocalDateTime time =
          DAY.matcher(given).matches()
              ? LocalDate.parse(given).atStartOfDay()
              : LocalDateTime.parse(given.replace(' ', 'T'));
      if (time.getYear() >= 1970 && time.getYear() < 2109) {
        return new LogTime(time.toInstant(ZoneOffset.UTC));
      }
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a time: give one like 2008-04-27 or '2008-04-27 04:46'", e);
    }
    throw new IllegalArgumentException(
        "'" + text + "' is out of range: give a time from 1970 to 2108");
  }

  /** Reads a time from the command line. */
  static final class Converter implements ITypeConverter<LogTime> {
    @Override
    public LogTime convert(String value) {
      try {
        return parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
