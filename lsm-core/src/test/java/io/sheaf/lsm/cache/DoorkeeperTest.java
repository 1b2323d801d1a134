package io.sheaf.lsm.cache;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class DoorkeeperTest {
  private static final int BLOCKS = 4096;

  private final Doorkeeper doorkeeper = new Doorkeeper(BLOCKS);

  private static long hash(long block) {
    return new BlockKey(7, block * 5_000).hash();
  }

  @Test
  void knowsABlockTheSecondTime() {
    for (int block = 0; block < BLOCKS / 4; block++) {
      assertFalse(doorkeeper.knows(hash(block)), "block " + block);
    }
    for (int block = 0; block < BLOCKS / 4; block++) {
      assertTrue(doorkeeper.knows(hash(block)), "block " + block);
    }
  }

  @Test
  void knowsBlocksThatMeetInOneRow() {
    long first = 1;
    long second = 2; // the same row, another mark
    assertFalse(doorkeeper.knows(first));
    assertFalse(doorkeeper.knows(second));
    assertTrue(doorkeeper.knows(first));
    assertTrue(doorkeeper.knows(second));
  }

  @Test
  void forgetsWhatWasLongAgo() {
    long away = 1 << 20; // no random one: of 13,000 one would be known by chance
    assertFalse(doorkeeper.knows(hash(away)));
    int known = 0;
    for (int block = 1; block <= 16 * BLOCKS; block++) {
      known += doorkeeper.knows(hash(away + block)) ? 1 : 0;
    }
    assertTrue(known < 32, known + " strangers were known"); // 4 are to be expected
    assertFalse(doorkeeper.knows(hash(away)));
  }
}
