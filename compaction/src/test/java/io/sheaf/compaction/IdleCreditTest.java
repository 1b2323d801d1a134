package io.sheaf.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import org.junit.jupiter.api.Test;

class IdleCreditTest {
  private final Statistics statistics = new Statistics();
  private final IdleCredit credit = new IdleCredit(statistics, 1_000, 0);

  @Test
  void givesNothingWhileSomebodyWrites() {
    statistics.add(Counter.FLUSH_VALUE_BYTES, 6_000);
    for (long now = 0; now < 10_000; now += 500) {
      statistics.increment(Counter.ROWS_WRITTEN);
      credit.observe(false, now);
      assertEquals(0, credit.bytes());
    }
  }

  @Test
  void givesAPartOfWhatWasFlushedAfterAQuietTime() {
    statistics.add(Counter.FLUSH_VALUE_BYTES, 5_000);
    statistics.add(Counter.FLUSH_KEY_BYTES, 1_000);
    credit.observe(false, 0);
    credit.observe(false, 999);
    assertEquals(0, credit.bytes());
    credit.observe(false, 1_000);
    assertEquals(4_500, credit.bytes());
  }

  @Test
  void givesItAtOnceToWhoWaits() {
    statistics.add(Counter.FLUSH_VALUE_BYTES, 600);
    statistics.increment(Counter.ROWS_WRITTEN);
    credit.observe(true, 0);
    assertEquals(450, credit.bytes());
  }

  @Test
  void isUsedUp() {
    statistics.add(Counter.FLUSH_VALUE_BYTES, 600);
    credit.observe(true, 0);
    credit.spend(420);
    assertEquals(30, credit.bytes());
    credit.spend(70);
    assertEquals(0, credit.bytes());
    statistics.add(Counter.FLUSH_VALUE_BYTES, 60);
    assertEquals(45, credit.bytes());
  }

  @Test
  void isForfeitedWhenWritersGoOn() {
    statistics.add(Counter.FLUSH_VALUE_BYTES, 600);
    credit.observe(true, 0);
    statistics.increment(Counter.ROWS_WRITTEN);
    credit.observe(false, 1);
    statistics.add(Counter.FLUSH_VALUE_BYTES, 40);
    credit.observe(false, 2_000);
    assertEquals(30, credit.bytes());
  }

  @Test
  void isGivenInPartWhateverWasFlushed() {
    IdleCredit generous = new IdleCredit(statistics, 1_000, 100);
    generous.observe(true, 0);
    generous.spend(70);
    assertEquals(30, generous.bytes());
    statistics.increment(Counter.ROWS_WRITTEN);
    generous.observe(false, 1);
    assertEquals(0, generous.bytes());
    generous.observe(true, 2);
    assertEquals(100, generous.bytes());
  }
}
