package io.sheaf.lsm.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.TestSeed;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LinearColumnTest {
  private final LinearColumn column = new LinearColumn();

  private int check(long[] values, String message) {
    try (GrowableBuffer bytes = new GrowableBuffer(16)) {
      LinearColumnWriter.append(values, values.length, bytes);
      int length = bytes.size();
      bytes.putLong(-1);
      ByteReader in = new ByteReader().set(bytes.segment(), 0, bytes.size());
      column.open(in, values.length, 1000);
      assertEquals(length, in.position(), message);
      for (int i = 0; i < values.length; i++) {
        assertEquals(values[i] + 1000, column.at(bytes.segment(), i), message + ", row " + i);
      }
      return length;
    }
  }

  @Test
  void givesBackWhatWasWritten() {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    for (int round = 0; round < 3000; round++) {
      long[] values = new long[1 + random.nextInt(TableFormat.MAX_RUN_ROWS)];
      int bits = random.nextInt(65);
      long slope = random.nextLong() >> random.nextInt(64);
      for (int i = 0; i < values.length; i++) {
        long noise = bits == 0 ? 0 : random.nextLong() >>> (64 - bits);
        values[i] = noise + (random.nextInt(10) > 0 ? slope * i : 0);
      }
      check(values, "seed " + seed + ", round " + round);
    }
  }

  @Test
  void spansTheWholeRangeOfNumbers() {
    check(new long[] {Long.MIN_VALUE, Long.MAX_VALUE}, "steep");
    check(new long[] {Long.MAX_VALUE, Long.MIN_VALUE, 0}, "falling");
    check(new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 57}, "anyhow");
  }

  @Test
  void storesALineInThreeNumbers() {
    long[] line = new long[200];
    for (int i = 0; i < line.length; i++) {
      line[i] = 5 + 7L * i;
    }
    assertEquals(3, check(line, "line"));
  }

  @Test
  void refusesAWidthThatNoColumnHas() {
    try (GrowableBuffer bytes = new GrowableBuffer(16)) {
      bytes.putVarint(0);
      bytes.putVarint(0);
      bytes.putByte(57);
      bytes.putLong(0);
      ByteReader in = new ByteReader().set(bytes.segment(), 0, bytes.size());
      assertThrows(MalformedException.class, () -> column.open(in, 1, 0));
    }
  }
}
