package io.sheaf.testdata;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.LocalDate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IrcClockTest {
  private static final LocalDate FIRST_DAY = LocalDate.of(2008, 4, 30);

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "a day,                    00:00 09:14 23:59,       2008-04-30T23:59",
    "midnight,                 23:59 00:00,             2008-05-01T00:00",
    "midnight after a silence, 23:40 01:10,             2008-05-01T01:10",
    "two midnights,            23:59 00:01 23:58 00:00, 2008-05-02T00:00",
    "noon,                     11:59 12:00 12:59 13:00, 2008-04-30T13:00",
    "noon of twelve hours,     12:57 01:03,             2008-04-30T13:03",
    "afternoon of twelve,      12:59 01:00 11:59,       2008-04-30T23:59",
    "midnight of twelve,       11:55 00:05,             2008-05-01T00:05",
    "midnight after both,      12:59 01:00 11:59 00:00, 2008-05-01T00:00",
    "noon after midnight,      11:59 00:00 12:59 01:00, 2008-05-01T13:00",
    "twelve hours of silence,  12:50 00:10,             2008-05-01T00:10",
    "set back,                 10:30 10:29,             2008-04-30T10:30",
    "set back at noon,         12:05 11:59,             2008-04-30T12:05",
    "set back and caught up,   10:30 10:29 10:31,       2008-04-30T10:31",
  })
  void knowsTheDay(String name, String times, String expected) {
    IrcClock clock = new IrcClock(FIRST_DAY);
    for (String time : times.split(" ", -1)) {
      clock.advance(
          Integer.parseInt(time.substring(0, 2)) * 60 + Integer.parseInt(time.substring(3)));
    }
    assertEquals(expected, clock.day().atTime(clock.minute() / 60, clock.minute() % 60).toString());
  }
}
