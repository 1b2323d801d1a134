package io.sheaf.testdata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RowVerifierTest {
  private static final long SEED = TestSeed.next();

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final StandardWorkload workload = new StandardWorkload(100_000, 1_000, SEED);
  private final RowVerifier verifier = workload.verifier();
  private final Row row = new Row();

  @Test
  void acceptsEveryRow() {
    RowGenerator generator = workload.generator(0, 10_000);
    while (generator.next(row)) {
      assertTrue(verifier.matches(row.key(), value()));
    }
  }

  @Test
  void acceptsBuffersAndLeavesThemAsTheyAre() {
    RowGenerator generator = workload.generator(0, 100);
    while (generator.next(row)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(20_000).position(7);
      buffer.put(row.value(), 0, row.valueLength()).flip().position(7);
      assertTrue(verifier.matches(row.user(), row.id(), buffer));
      assertEquals(7, buffer.position());
      assertEquals(7 + row.valueLength(), buffer.limit());
      buffer.limit(buffer.limit() - 1);
      assertFalse(verifier.matches(row.user(), row.id(), buffer));
    }
  }

  @Test
  void noticesAChangedBit() {
    for (int i = 0; i < 10_000; i++) {
      workload.fill(random.nextLong(workload.rows()), row);
      byte[] value = value();
      value[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
      assertFalse(verifier.matches(row.key(), value), () -> "row " + row.number());
    }
  }

  @Test
  void noticesAChangedKey() {
    for (int i = 0; i < 10_000; i++) {
      workload.fill(random.nextLong(workload.rows()), row);
      byte[] key = row.key().clone();
      key[random.nextInt(key.length)] ^= (byte) (1 << random.nextInt(8));
      assertFalse(verifier.matches(key, value()), () -> "row " + row.number());
    }
  }

  @Test
  void noticesAValueOfAnotherLength() {
    workload.fill(5, row);
    assertFalse(verifier.matches(row.key(), Arrays.copyOf(value(), row.valueLength() - 1)));
    assertFalse(verifier.matches(row.key(), Arrays.copyOf(value(), row.valueLength() + 1)));
    assertFalse(verifier.matches(row.key(), new byte[0]));
    assertFalse(verifier.matches(new byte[15], value()));
    assertFalse(verifier.matches(new byte[17], value()));
  }

  @Test
  void noticesTheValueOfAnotherRow() {
    workload.fill(6, row);
    byte[] other = value();
    workload.fill(5, row);
    assertFalse(verifier.matches(row.key(), other));
    assertTrue(verifier.matches(row.key(), value()));
    assertFalse(verifier.matches(row.key(), other));
  }

  @Test
  void knowsNoRowBeyondTheLast() {
    workload.fill(99_999, row);
    assertTrue(verifier.matches(row.key(), value()));
    assertFalse(workload.withRows(99_999).verifier().matches(row.key(), value()));
  }

  private byte[] value() {
    return Arrays.copyOf(row.value(), row.valueLength());
  }
}
