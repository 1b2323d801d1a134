package io.sheaf.server.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Who is closed when all clients hold too much, and who is not. */
final class ClientMemoryTest {
  private static final long STALLED_MILLIS = 100;

  private final AtomicLong limit = new AtomicLong(1_000);
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicBoolean served = new AtomicBoolean();
  private final ClientMemory memory = new ClientMemory(limit::get, STALLED_MILLIS, nanos::get);
  private final List<String> closed = new ArrayList<>();

  private HeldBytes client(String address) {
    Client client = new Client(1, address, "here", 0, () -> closed.add(address));
    return memory.open(client, () -> address.startsWith("served") && served.get());
  }

  private void passMillis(long millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void theLargestThatStallIsClosedUntilTheRestHasRoom() {
    HeldBytes reader = client("reader");
    HeldBytes largest = client("largest");
    HeldBytes large = client("large");
    HeldBytes small = client("small");
    reader.add(900);
    largest.add(600);
    large.add(500);
    small.add(10);
    memory.relieveNow();
    assertEquals(List.of(), closed); // nobody has stalled for long
    passMillis(STALLED_MILLIS);
    reader.progress();
    memory.relieveNow();
    assertEquals(List.of("largest", "large"), closed);
    assertEquals(2, memory.evicted());
    assertEquals(910, memory.heldBytes());
    assertEquals(0, largest.bytes());
    largest.add(5_000); // it is being closed
    largest.close();
    assertEquals(910, memory.heldBytes());
    assertFalse(memory.isExceeded());
    limit.set(100);
    memory.relieveNow();
    assertEquals(2, memory.evicted()); // the small one would not help, and the other one reads
    passMillis(STALLED_MILLIS);
    memory.relieveNow();
    assertEquals(List.of("largest", "large", "reader"), closed);
  }

  @Test
  void whomTheServerServesHasNotStalled() {
    served.set(true);
    HeldBytes slow = client("served slowly");
    slow.add(1_001);
    passMillis(10 * STALLED_MILLIS);
    memory.relieveNow();
    assertEquals(List.of(), closed);
    served.set(false);
    memory.relieveNow();
    assertEquals(List.of("served slowly"), closed);
  }

  @Test
  void aShareIsWhatEachMayHoldWhileThereIsTooMuch() {
    HeldBytes one = client("one");
    HeldBytes other = client("other");
    one.add(501);
    other.add(499);
    assertFalse(one.isOverShare());
    other.add(1);
    assertTrue(one.isOverShare());
    assertFalse(other.isOverShare());
    assertTrue(memory.isTooMuch(251)); // a large one
    assertFalse(memory.isTooMuch(250));
    one.add(1_000);
    assertTrue(memory.isTooMuch(1)); // twice over
    one.close();
    assertEquals(1_000, memory.shareBytes());
    assertFalse(other.isOverShare());
  }
}
