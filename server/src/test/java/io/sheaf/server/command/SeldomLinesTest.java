package io.sheaf.server.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A line of each kind once in ten seconds. */
final class SeldomLinesTest {
  private long now = Long.MAX_VALUE - 5; // it may overflow

  @Test
  void aLineTellsHowManyWereLeftOut() {
    SeldomLines lines = new SeldomLines(() -> now);
    assertEquals(0, lines.due(String.class));
    now += TimeUnit.SECONDS.toNanos(9);
    assertEquals(SeldomLines.NOT_NOW, lines.due(String.class));
    assertEquals(SeldomLines.NOT_NOW, lines.due(String.class));
    assertEquals(0, lines.due(Integer.class));
    now += TimeUnit.SECONDS.toNanos(1);
    assertEquals(2, lines.due(String.class));
    assertEquals(SeldomLines.NOT_NOW, lines.due(Integer.class));
    now += TimeUnit.SECONDS.toNanos(10);
    assertEquals(0, lines.due(String.class));
    assertEquals(1, lines.due(Integer.class));
  }
}
