package io.sheaf.testdata;

import java.time.LocalDate;

/**
 * Makes days and minutes that never go back out of the times in a log, which know no day.
 *
 * <ul>
 *   <li>A time lower than the one before means that midnight has passed.
 *   <li>Lower by less than an hour, the clock has been set back: time stands still till it catches
 *       up.
 *   <li>The logs up to 2007 have a clock of twelve hours, on which midnight is 00:00, noon 12:00,
 *       and 12:59 is followed by 01:00: from there on it is the afternoon of the same day. Whether
 *       such a log begins in the afternoon cannot be told from what was read so far, so the morning
 *       is assumed.
 * </ul>
 *
 * <p><em>Thread safety:</em> none.
 */
final class IrcClock {
  private static final int HOUR = 60;
  private static final int HALF_DAY = 12 * HOUR;

  private LocalDate day;
  private int minute;
  private boolean twelveHoursBehind;

  IrcClock(LocalDate day) {
    this.day = day;
  }

  /** Takes the next time of the log, in minutes from 0 to 1439. */
  void advance(int written) {
    int next = twelveHoursBehind && written < HALF_DAY ? written + HALF_DAY : written;
    if (next >= minute) {
      minute = next;
      return;
    }
    boolean setBack = minute - next < HOUR;
    if (setBack) {
      return;
    }
    boolean inHourOfNoon = minute >= HALF_DAY && minute < HALF_DAY + HOUR;
    twelveHoursBehind = inHourOfNoon && written + HALF_DAY >= minute;
    if (twelveHoursBehind) {
      minute = written + HALF_DAY;
    } else {
      day = day.plusDays(1);
      minute = written;
    }
  }

  LocalDate day() {
    return day;
  }

  /** The minute of the day, from 0 to 1439. */
  int minute() {
    return minute;
  }
}
