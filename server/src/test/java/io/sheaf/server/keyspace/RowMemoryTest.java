package io.sheaf.server.keyspace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is kept stays as it is until all is forgotten; then its memory is used again. */
final class RowMemoryTest {
  private final RowMemory memory = new RowMemory();

  @Test
  void keepsWhatItIsGiven() {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    for (int round = 0; round < 3; round++) {
      List<byte[]> given = new ArrayList<>();
      List<Slice> kept = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        byte[] bytes = new byte[random.nextInt(20) == 0 ? random.nextInt(30_000) : i % 4_000];
        random.nextBytes(bytes);
        given.add(bytes);
        kept.add(memory.copy(bytes));
      }
      for (int i = 0; i < given.size(); i++) {
        assertArrayEquals(given.get(i), kept.get(i).toByteArray(), "seed " + seed + ", " + i);
      }
      memory.clear();
    }
  }

  @Test
  void usesItsMemoryAgain() {
    Slice first = memory.allocate(1_000);
    Slice second = memory.allocate(1_000);
    assertSame(first.segment(), second.segment());
    assertEquals(first.offset() + 1_000, second.offset());
    memory.clear();
    Slice again = memory.allocate(500);
    assertSame(first.segment(), again.segment());
    assertEquals(first.offset(), again.offset());
  }

  @Test
  void whatIsBeyondItsMemoryStandsAlone() {
    Slice first = memory.allocate(10_000);
    Slice last = first;
    for (int i = 0; i < 300; i++) {
      last = memory.allocate(10_000);
    }
    assertEquals(10_000, last.segment().byteSize());
    assertNotSame(first.segment(), last.segment());
  }

  @Test
  void keepsOneKeyAtATime() {
    byte[] key = new byte[5_000];
    new Random(1).nextBytes(key);
    assertArrayEquals(key, memory.key(key).toByteArray());
    assertArrayEquals(new byte[] {7}, memory.key(new byte[] {7}).toByteArray());
  }
}
