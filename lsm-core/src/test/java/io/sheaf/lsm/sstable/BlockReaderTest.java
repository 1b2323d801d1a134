package io.sheaf.lsm.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.value.ValueReference;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BlockReaderTest {
  private static NativeBuffer block(Random random) {
    try (BlockBuilder builder = new BlockBuilder(4096, random.nextBoolean())) {
      ValueReference reference = new ValueReference();
      reference.rawBytes = 10_000;
      reference.storedBytes = 5_000;
      for (int i = 0; i < 60; i++) {
        boolean newPrefix = i % 20 == 0;
        Slice key =
            i < 20
                ? Slice.utf8("key " + (char) ('a' + i) + "x".repeat(random.nextInt(5)))
                : Slice.of(TableFixture.key(7L << 60, i * 1000L));
        if (i >= 40) {
          reference.valueLength = random.nextInt(50);
          builder.addReference(key, newPrefix, false, 100 + i, i, reference);
          reference.valueOffset += reference.valueLength + random.nextInt(2);
        } else {
          EntryKind kind = random.nextInt(5) == 0 ? EntryKind.DELETE : EntryKind.PUT;
          builder.add(key, newPrefix, false, 100 + i, kind, i, Slice.utf8("value"));
        }
      }
      GrowableBuffer bytes = builder.finish();
      return NativeBuffer.copyOf(bytes.segment().asSlice(0, bytes.size()));
    }
  }

  /** Reads everything that can be read of each row. */
  private static long readAll(NativeBuffer block) {
    BlockReader reader = new BlockReader();
    RunReader run = new RunReader();
    ValueReference reference = new ValueReference();
    Slice value = new Slice();
    long sum = 0;
    reader.open(block);
    try (NativeBuffer key = NativeBuffer.allocate(2 * TableFormat.MAX_KEY_BYTES)) {
      for (int i = 0; i < reader.runs(); i++) {
        reader.openRun(i, run);
        run.copyFirstKey(key.segment());
        for (int row = 0; row < run.rows(); row++) {
          run.copyKey(row, key.segment());
          sum +=
              run.keyLength(row) + run.sequence(row) + run.timeMillis(row) + run.kind(row).code();
          sum += row > 0 && run.repeatsKey(row) ? 1 : 0;
          if (run.separated()) {
            run.reference(row, reference);
            assertTrue(reference.valueOffset >= 0 && reference.valueLength >= 0);
            assertTrue(reference.valueOffset <= reference.rawBytes - reference.valueLength);
          } else {
            run.inlineValue(row, value);
            sum += value.length();
          }
        }
        reader.search(Slice.utf8("key m"), false, run);
      }
    }
    return sum;
  }

  @Test
  void refusesWhatItCouldNotRead() {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    int refused = 0;
    int rounds = 20_000;
    for (int round = 0; round < rounds; round++) {
      try (NativeBuffer block = block(random)) {
        readAll(block);
        for (int i = 0; i <= random.nextInt(3); i++) {
          long at = random.nextInt(block.capacity());
          block.segment().set(ValueLayout.JAVA_BYTE, at, (byte) random.nextInt(256));
        }
        try {
          BlockReader.check(block);
        } catch (MalformedException | IndexOutOfBoundsException e) {
          refused++;
          continue;
        }
        readAll(block);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ", round " + round, e);
      }
    }
    assertTrue(refused > rounds / 10, refused + " refused");
  }

  @Test
  void findsRowsByKey() {
    try (NativeBuffer block = block(new Random(1))) {
      BlockReader reader = new BlockReader();
      RunReader run = new RunReader();
      reader.open(block);
      Slice key = Slice.of(TableFixture.key(7L << 60, 30_000));
      int row = reader.search(key, false, run);
      assertEquals(0, run.compareKey(row, key));
      assertEquals(130, run.sequence(row));
      row = reader.search(key, true, run);
      assertEquals(131, run.sequence(row));
      assertEquals(-1, reader.search(Slice.utf8("z"), false, run));
      assertEquals(0, reader.search(Slice.utf8(""), false, run));
    }
  }
}
