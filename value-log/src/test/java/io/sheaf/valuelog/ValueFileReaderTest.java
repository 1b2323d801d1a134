package io.sheaf.valuelog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.value.ValueWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ValueFileReaderTest {
  /** A block as it was handed to the writer. */
  private record Given(Slice prefix, Slice first, Slice last, int rows, long time, Slice content) {
    byte[] values() {
      return content.toByteArray();
    }
  }

  @Test
  void tellsWhatTheWriterWasTold() throws IOException {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    List<Given> given = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      given.add(
          new Given(
              bytes(random, random.nextInt(20)),
              bytes(random, random.nextInt(12)),
              bytes(random, random.nextInt(12)),
              1 + random.nextInt(1000),
              random.nextBoolean() ? 0 : random.nextLong(1L << 45),
              Slice.of(Store.values(random, random.nextInt(5000)))));
    }
    // Longer than the first look, and longer than the window.
    given.add(
        new Given(
            bytes(random, 300_000),
            bytes(random, 200_000),
            bytes(random, 9),
            1,
            1,
            Slice.of(new byte[9])));
    given.add(
        new Given(
            bytes(random, 9),
            bytes(random, 5),
            bytes(random, 5),
            2,
            2,
            Slice.of(random(random, 999_999))));
    try (Store store = new Store()) {
      List<ValueReference> references = write(store, given);
      try (ValueFileReader reader = ValueFileReader.open(store.disk, store.path(1), 1)) {
        for (int i = 0; i < given.size(); i++) {
          String which = "block " + i + " of seed " + seed;
          ValueBlock block = reader.next();
          assertTrue(block != null, which);
          ValueReference reference = references.get(i);
          assertEquals(given.get(i).prefix(), block.prefix(), which);
          assertEquals(given.get(i).first(), block.firstSuffix(), which);
          assertEquals(given.get(i).last(), block.lastSuffix(), which);
          assertEquals(given.get(i).rows(), block.rows(), which);
          assertEquals(given.get(i).time(), block.newestTimeMillis(), which);
          assertEquals(reference.blockOffset, block.offset(), which);
          assertEquals(reference.storedBytes, block.storedBytes(), which);
          assertEquals(reference.rawBytes, block.rawBytes(), which);
          try (NativeBuffer values = reader.values()) {
            assertArrayEquals(
                given.get(i).values(), values.segment().toArray(ValueLayout.JAVA_BYTE), which);
          }
        }
        assertEquals(null, reader.next());
        assertEquals(null, reader.next());
      }
    }
  }

  private static List<ValueReference> write(Store store, List<Given> blocks) throws IOException {
    List<ValueReference> references = new ArrayList<>();
    try (ValueWriter writer = store.log.newWriter(Store.TABLE, Compression.LZ4, null)) {
      for (Given block : blocks) {
        ValueReference reference = new ValueReference();
        writer.addBlock(
            block.prefix(),
            block.first(),
            block.last(),
            block.rows(),
            block.time(),
            MemorySegment.ofArray(block.values()),
            0,
            block.values().length,
            reference);
        references.add(reference);
      }
      writer.finish();
    }
    return references;
  }

  private static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static Slice bytes(Random random, int length) {
    byte[] bytes = random(random, length);
    if (length > 4) {
      Arrays.fill(bytes, 0, 4, (byte) 1); // so that suffixes share something
    }
    return Slice.of(bytes);
  }

  @Test
  void theHeaderOfABlockIsSmall() throws IOException {
    Given block =
        new Given(
            Slice.of(HexFormat.of().parseHex("00000000000f4240")),
            Slice.of(HexFormat.of().parseHex("0000019501020304")),
            Slice.of(HexFormat.of().parseHex("0000019501f20304")),
            77,
            0,
            Slice.of(Store.values(new Random(1), 32 << 10)));
    try (Store store = new Store()) {
      write(store, List.of(block));
      try (ValueFileReader reader = ValueFileReader.open(store.disk, store.path(1), 1)) {
        ValueBlock found = reader.next();
        assertTrue(found != null && found.headerBytes() == 34, "" + found);
      }
    }
  }

  @Test
  void readsAnUnfinishedFileAsFarAsItGoes() throws IOException {
    try (Store store = new Store()) {
      store.write(new Random(5), 100, 200);
      byte[] content = store.content(store.path(1));
      store.replace(1, Arrays.copyOf(content, content.length - ValueFileTotals.BYTES));
      try (ValueFileReader reader = ValueFileReader.open(store.disk, store.path(1), 1)) {
        assertTrue(reader.next() != null);
        assertTrue(reader.next() != null);
        assertThrows(CorruptionException.class, reader::next);
        assertThrows(CorruptionException.class, reader::totals);
      }
    }
  }

  @Test
  void afterCloseItThrows() throws IOException {
    try (Store store = new Store()) {
      store.write(new Random(5), 100);
      ValueFileReader reader = ValueFileReader.open(store.disk, store.path(1), 1);
      reader.next();
      reader.close();
      reader.close();
      assertThrows(ClosedException.class, reader::next);
      assertThrows(ClosedException.class, reader::values);
    }
  }
}
