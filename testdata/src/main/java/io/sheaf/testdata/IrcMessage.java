package io.sheaf.testdata;

import java.time.LocalDate;

/**
 * One thing said in a channel, as an {@link IrcLog} reads it.
 *
 * <p><em>Thread safety:</em> immutable, as long as nobody changes the arrays.
 *
 * <p><em>Ownership:</em> the arrays are the message's own and are handed out without a copy. They
 * hold the bytes of the log, UTF-8 for the most part, but not always valid.
 */
public final class IrcMessage {
  /** How it was said. */
  public enum Kind {
    /** Said to the channel: {@code <nick> text}. */
    MESSAGE,
    /** Done, told in the third person: {@code * nick text}. */
    ACTION
  }

  private final LocalDate day;
  private final int minute;
  private final Kind kind;
  private final byte[] nick;
  private final byte[] text;
  private final long line;

  IrcMessage(LocalDate day, int minute, Kind kind, byte[] nick, byte[] text, long line) {
    this.day = day;
    this.minute = minute;
    this.kind = kind;
    this.nick = nick;
    this.text = text;
    this.line = line;
  }

  /** The day; later than the one in the file's name for what was said after midnight. */
  public LocalDate day() {
    return day;
  }

  /** The minute of the day, from 0 to 1439; {@link IrcLog} says how far it can be trusted. */
  public int minute() {
    return minute;
  }

  /** Whether it was said or done. */
  public Kind kind() {
    return kind;
  }

  /** Who said it: at least one byte. */
  public byte[] nick() {
    return nick;
  }

  /** What was said; it may be empty. */
  public byte[] text() {
    return text;
  }

  /** The number of the line in the file, from 1. */
  public long line() {
    return line;
  }
}
