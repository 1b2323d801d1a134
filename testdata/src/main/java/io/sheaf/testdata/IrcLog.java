package io.sheaf.testdata;

import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of a chat log as irclogs.ubuntu.com publishes them, one at a time: real input
 * for imports and examples.
 *
 * <pre>
 *   [HH:MM] &lt;nick&gt; text        a message; the text may be missing
 *   [HH:MM]  * nick text       an action; one space or two
 *   === nick has joined ...    and whatever else: counted, not read
 * </pre>
 *
 * <p>Lines end with LF or CRLF, the last one maybe with neither; one longer than {@value
 * #MAX_LINE_BYTES} bytes is counted, not read. Bytes are handed on as they are, invalid UTF-8
 * included.
 *
 * <p>The file's name gives the day, and a time that goes down a new one, so that day and minute
 * never go back. Logs up to 2007 are written with a clock of twelve hours: what is said before
 * their first noon or midnight may be twelve hours early.
 *
 * <p><em>Thread safety:</em> none.
 *
 * <p><em>Ownership:</em> the stream stays the caller's, who closes it. Up to 64 KB are read ahead.
 */
public final class IrcLog {
  /** The longest line that is read, in bytes; on IRC itself the limit is 512. */
  public static final int MAX_LINE_BYTES = 4096;

  private static final int DAY_LENGTH = "yyyy-MM-dd".length();

  private final LineReader lines;
  private final IrcClock clock;
  private long messages;

  /**
   * A log that begins on the day its name says.
   *
   * @param fileName such as {@code 2008-04-27.train-a.raw.txt}, with or without directories
   * @throws IllegalArgumentException if the name does not begin with a day
   */
  public IrcLog(InputStream in, String fileName) {
    this.clock = new IrcClock(dayOf(fileName));
    this.lines = new LineReader(in, MAX_LINE_BYTES);
  }

  /** The next message; null after the last. */
  public @Nullable IrcMessage next() throws IOException {
    while (lines.next()) {
      IrcMessage message = parse();
      if (message != null) {
        messages++;
        return message;
      }
    }
    return null;
  }

  /** The number of lines read so far. */
  public long lines() {
    return lines.count();
  }

  /** The number of messages and actions read so far. */
  public long messages() {
    return messages;
  }

  /** The number of lines read so far that are no messages, those too long among them. */
  public long others() {
    return lines() - messages;
  }

  /** The number of lines read so far that were too long. */
  public long overlongLines() {
    return lines.overlongCount();
  }

  private @Nullable IrcMessage parse() {
    int minute = minute();
    if (minute < 0) {
      return null;
    }
    if (lines.hasAt(8, '<')) {
      int nickEnd = lines.indexOf('>', 9);
      return nickEnd < 0 ? null : message(minute, IrcMessage.Kind.MESSAGE, 9, nickEnd, nickEnd + 1);
    }
    int star = lines.hasAt(8, ' ') ? 9 : 8;
    if (lines.hasAt(star, '*') && lines.hasAt(star + 1, ' ')) {
      int nick = star + 2;
      int space = lines.indexOf(' ', nick);
      int nickEnd = space < 0 ? lines.length() : space;
      return message(minute, IrcMessage.Kind.ACTION, nick, nickEnd, nickEnd);
    }
    return null;
  }

  /** The message whose nick ends at {@code nickEnd} and whose text follows a space or is none. */
  private @Nullable IrcMessage message(
      int minute, IrcMessage.Kind kind, int nick, int nickEnd, int space) {
    boolean hasText = lines.hasAt(space, ' ');
    if (nickEnd == nick || (!hasText && space < lines.length())) {
      return null;
    }
    clock.advance(minute);
    byte[] text = lines.copy(hasText ? space + 1 : space, lines.length());
    byte[] nickBytes = lines.copy(nick, nickEnd);
    return new IrcMessage(clock.day(), clock.minute(), kind, nickBytes, text, lines.count());
  }

  /** The minutes of {@code [HH:MM] } at the beginning of the line; -1 where there is no time. */
  private int minute() {
    boolean framed = lines.hasAt(0, '[') && lines.hasAt(3, ':') && lines.hasAt(6, ']');
    if (!framed || !lines.hasAt(7, ' ')) {
      return -1;
    }
    int hour = lines.twoDigits(1);
    int minute = lines.twoDigits(4);
    return hour < 0 || hour > 23 || minute < 0 || minute > 59 ? -1 : hour * 60 + minute;
  }

  private static LocalDate dayOf(String fileName) {
    String name = fileName.substring(fileName.lastIndexOf('/') + 1);
    if (name.length() > DAY_LENGTH && name.charAt(DAY_LENGTH) == '.') {
      try {
        return LocalDate.parse(name.substring(0, DAY_LENGTH));
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException(badName(fileName), e);
      }
    }
    throw new IllegalArgumentException(badName(fileName));
  }

  private static String badName(String fileName) {
    return "the file name '"
        + fileName
        + "' gives no day: name the log yyyy-MM-dd.<anything>, such as 2008-04-27.raw.txt";
  }
}
