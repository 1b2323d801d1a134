package io.sheaf.cli.irc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.im.MessageId;
import io.sheaf.testdata.IrcLog;
import io.sheaf.testdata.IrcMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class IrcMessageIdsTest {
  private static final String NAME = "2008-04-27.train-a.raw.txt";

  @Test
  void beginsWithTheMinute() throws Exception {
    List<Long> ids = ids(NAME, "[04:46] <a> x\n[04:46] <b> y\n[04:47] <a> z\n");
    long minute = Instant.parse("2008-04-27T04:46:00Z").toEpochMilli();
    assertEquals(minute, MessageId.millisOf(ids.get(0)));
    assertEquals(minute + 1, MessageId.millisOf(ids.get(1)));
    assertEquals(minute + 60_000, MessageId.millisOf(ids.get(2)));
  }

  @Test
  void risesAndStaysWhenTheLogGrows() throws Exception {
    String begin = "[23:58] <a> x\n=== b has joined\n[23:58] <b> y\n";
    List<Long> some = ids(NAME, begin);
    List<Long> all = ids(NAME, begin + "[23:58] <a> z\n[00:01] <a> u\n[00:01] <a> v\n");
    assertEquals(some, all.subList(0, some.size()));
    for (int i = 1; i < all.size(); i++) {
      assertTrue(Long.compareUnsigned(all.get(i - 1), all.get(i)) < 0);
    }
    long lastTime = MessageId.millisOf(all.getLast());
    assertEquals(Instant.parse("2008-04-28T00:01:00.001Z").toEpochMilli(), lastTime);
  }

  @Test
  void differsBetweenLogsThatOverlap() throws Exception {
    Set<Long> seen = new HashSet<>();
    for (String name : new String[] {NAME, "2008-04-27.train-b.raw.txt", "2008-04-27.raw.txt"}) {
      seen.addAll(ids(name, "[04:46] <a> x\n[04:46] <b> y\n"));
    }
    assertEquals(6, seen.size());
    // past midnight it meets the log of the next day, of whatever name
    seen.clear();
    seen.addAll(ids("2008-04-27.raw.txt", "[23:59] <a> x\n[00:00] <a> y\n"));
    seen.addAll(ids("2008-04-28.raw.txt", "[00:00] <a> x\n[00:01] <a> y\n"));
    assertEquals(4, seen.size());
  }

  @Test
  void refusesMoreDaysThanFit() {
    String days = "[20:00] <a> x\n[10:00] <a> x\n".repeat(20);
    CommandFailure failure = assertThrows(CommandFailure.class, () -> ids(NAME, days));
    assertTrue(String.valueOf(failure.getMessage()).contains("split the log"), failure.toString());
  }

  @Test
  void refusesDaysThatNoIdHas() {
    assertThrows(CommandFailure.class, () -> ids("1969-12-31.txt", "[20:00] <a> x\n"));
    assertThrows(CommandFailure.class, () -> ids("2112-01-01.txt", "[20:00] <a> x\n"));
  }

  private static List<Long> ids(String name, String text) throws CommandFailure, IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    IrcLog log = new IrcLog(new ByteArrayInputStream(bytes), name);
    IrcMessageIds ids = new IrcMessageIds(name);
    List<Long> all = new ArrayList<>();
    for (IrcMessage next = log.next(); next != null; next = log.next()) {
      all.add(ids.next(next));
    }
    return all;
  }
}
