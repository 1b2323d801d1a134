package io.sheaf.cli.irc;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.im.MessageId;
import io.sheaf.testdata.IrcMessage;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.zip.CRC32C;

/**
 * Gives the messages of one log their ids: from nothing but the log, so that whoever imports it
 * again, or the rest of it, gives each message the same id. Ids of a log rise.
 *
 * <pre>
 *   63                              22 21        18 17                     0
 *   +---------------------------------+------------+------------------------+
 *   | the minute, in milliseconds,    | days since | CRC32C of the log's    |
 *   | + place within minute and log   | log's name | name, its low bits     |
 *   +---------------------------------+------------+------------------------+
 * </pre>
 *
 * <p>Messages of two logs have one id only where the logs are named after the same day and their
 * names have the same checksum: one pair of logs of a day in 262,144. {@link ImportedLogs} finds
 * it.
 *
 * <p><em>Thread safety:</em> none.
 */
final class IrcMessageIds {
  private static final int CHECKSUM_BITS = 18;
  private static final int MAX_DAYS = (1 << (MessageId.SERIAL_BITS - CHECKSUM_BITS)) - 1;
  private static final int MINUTE_MILLIS = 60_000;

  private final String logName;
  private final LocalDate logDay;
  private final int checksum;
  private long minuteMillis = -1;
  private int placeInMinute;

  /**
   * The ids of a log.
   *
   * @param logName without directories; begins with a day
   */
  IrcMessageIds(String logName) {
    this.logName = logName;
    this.logDay = dayOf(logName);
    this.checksum = checksumOf(logName);
  }

  static LocalDate dayOf(String logName) {
    return LocalDate.parse(logName.substring(0, "yyyy-MM-dd".length()));
  }

  static int checksumOf(String logName) {
    CRC32C crc = new CRC32C();
    crc.update(logName.getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue() & ((1 << CHECKSUM_BITS) - 1);
  }

  /** The id of the log's next message. */
  long next(IrcMessage message) throws CommandFailure {
    LocalTime time = LocalTime.of(message.minute() / 60, message.minute() % 60);
    long millis = message.day().atTime(time).toInstant(ZoneOffset.UTC).toEpochMilli();
    placeInMinute = millis == minuteMillis ? placeInMinute + 1 : 0;
    minuteMillis = millis;
    if (placeInMinute >= MINUTE_MILLIS) {
      throw failure(message, "is one of more than " + MINUTE_MILLIS + " in a minute");
    }
    long days = ChronoUnit.DAYS.between(logDay, message.day());
    if (days > MAX_DAYS) {
      throw failure(message, "comes " + days + " days after the day in the name");
    }
    try {
      return MessageId.of(millis + placeInMinute, (int) days << CHECKSUM_BITS | checksum);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(logName + ": " + e.getMessage(), e);
    }
  }

  private CommandFailure failure(IrcMessage message, String what) {
    return new CommandFailure(
        logName + ": the message in line " + message.line() + " " + what + ": split the log");
  }
}
