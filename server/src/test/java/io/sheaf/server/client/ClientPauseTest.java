package io.sheaf.server.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.server.client.ClientPause.What;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ClientPauseTest {
  private long nowMillis;
  private final PriorityQueue<Due> timers = new PriorityQueue<>();
  private final ClientPause pause =
      new ClientPause(
          () -> TimeUnit.MILLISECONDS.toNanos(nowMillis),
          (task, millis) -> timers.add(new Due(nowMillis + millis, task)));

  private record Due(long millis, Runnable task) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return Long.compare(millis, other.millis);
    }
  }

  private void pass(long millis) {
    long until = nowMillis + millis;
    while (!timers.isEmpty() && timers.peek().millis() <= until) {
      Due due = timers.remove();
      nowMillis = due.millis();
      due.task().run();
    }
    nowMillis = until;
  }

  @Test
  void endsByItself() {
    pause.begin(What.ALL, 100_000);
    pass(99_000);
    assertEquals(What.ALL, pause.what());
    pass(2_000);
    assertEquals(What.NOTHING, pause.what());
    pass(100_000);
    assertEquals(0, timers.size());
  }

  @Test
  void theLongestCounts() {
    pause.begin(What.ALL, 30_000);
    pause.begin(What.WRITES, 10_000);
    pass(20_000);
    assertEquals(What.ALL, pause.what());
    pause.begin(What.WRITES, 30_000);
    pass(20_000);
    assertEquals(What.ALL, pause.what());
    pass(11_000);
    assertEquals(What.NOTHING, pause.what());
  }

  /** As a tool does that keeps a pause up while something lasts. */
  @Test
  void pausesThatAreBegunAgainAndAgainLeaveNoTimers() {
    for (int i = 0; i < 1_000; i++) {
      pause.begin(What.WRITES, 10_000);
      pass(1_000);
    }
    assertTrue(timers.size() <= 20, timers.size() + " timers");
    assertEquals(What.WRITES, pause.what());
  }

  @Test
  void pausesOfYearsThatWereEndedLeaveNoTimers() {
    for (int i = 0; i < 1_000; i++) {
      pause.begin(What.ALL, 1_000_000_000_000L);
      pass(1_000);
      pause.end();
    }
    assertTrue(timers.size() <= 20, timers.size() + " timers");
  }
}
