package io.sheaf.server.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Who tries passwords waits longer and longer. */
final class PasswordTriesTest {
  private final AtomicLong now = new AtomicLong(-5);
  private final PasswordTries tries = new PasswordTries(now::get);

  private long waitSeconds() {
    return TimeUnit.NANOSECONDS.toSeconds(tries.waitNanos("a"));
  }

  @Test
  void theWaitDoubles() {
    for (int i = 0; i < 4; i++) {
      tries.wrong("a");
      assertEquals(0, waitSeconds());
    }
    long[] waits = {1, 2, 4, 8, 16, 32, 64, 64};
    for (long wait : waits) {
      tries.wrong("a");
      assertEquals(wait, waitSeconds());
      assertEquals(0, tries.waitNanos("b"));
    }
    now.addAndGet(TimeUnit.SECONDS.toNanos(63));
    assertEquals(1, waitSeconds());
    now.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertEquals(0, waitSeconds());
    tries.wrong("a");
    assertEquals(64, waitSeconds());
    tries.right("a");
    assertEquals(0, waitSeconds());
  }

  @Test
  void itIsForgotten() {
    for (int i = 0; i < 20; i++) {
      tries.wrong("a");
    }
    now.addAndGet(TimeUnit.MINUTES.toNanos(11));
    assertEquals(0, waitSeconds());
    tries.wrong("a");
    assertEquals(0, waitSeconds());
  }
}
