package io.sheaf.valuelog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.UnsupportedFormatException;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.value.ValueWriter;
import io.sheaf.valuelog.Store.Written;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueFileDamageTest {
  private final Random random = new Random(20);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyFlippedBitIsAnErrorOrChangesNothing(boolean dictionary) throws IOException {
    try (Store store = new Store()) {
      store.dictionary = dictionary ? Store.someDictionary() : null;
      List<Written> blocks = store.write(random, 30, 400, 0, 150);
      byte[] content = store.content(store.path(1));
      for (int bit = 0; bit < content.length * 8; bit++) {
        byte[] damaged = content.clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        store.replace(1, damaged);
        assertRightOrRefused(store, blocks, "bit " + bit);
        assertThrows(IOException.class, () -> scan(store), "scan with bit " + bit + " flipped");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyTruncationIsAnErrorOrChangesNothing(boolean dictionary) throws IOException {
    try (Store store = new Store()) {
      store.dictionary = dictionary ? Store.someDictionary() : null;
      List<Written> blocks = store.write(random, 30, 400, 0, 150);
      byte[] content = store.content(store.path(1));
      for (int length = 0; length < content.length; length++) {
        store.replace(1, Arrays.copyOf(content, length));
        assertRightOrRefused(store, blocks, "length " + length);
        assertThrows(CorruptionException.class, () -> scan(store), "scan of " + length + " bytes");
      }
    }
  }

  /** Each block reads as it was written, or is refused with file and place. */
  private static void assertRightOrRefused(Store store, List<Written> blocks, String damage)
      throws IOException {
    String path = store.path(1).toString();
    for (Written block : blocks) {
      long begin = block.reference().blockOffset;
      try {
        assertArrayEquals(block.values(), store.read(block.reference(), true), damage);
      } catch (CorruptionException e) {
        assertEquals(path, e.file(), damage);
        assertTrue(e.offset() <= ValueFileFormat.DICTIONARY_OFFSET || e.offset() == begin, damage);
      } catch (UnsupportedFormatException e) {
        assertTrue(e.toString().contains(path), damage);
      }
    }
  }

  @Test
  void aDamagedBlockIsRefusedAndTheOthersAreRead() throws IOException {
    try (Store store = new Store()) {
      List<Written> blocks = store.write(random, 300, 300, 300);
      byte[] content = store.content(store.path(1));
      long begin = blocks.get(1).reference().blockOffset;
      content[(int) begin + 60] ^= 1;
      store.replace(1, content);

      store.log.prefetch(Store.references(blocks));
      CorruptionException e =
          assertThrows(
              CorruptionException.class, () -> store.read(blocks.get(1).reference(), true));
      assertEquals(begin, e.offset());
      assertEquals(store.path(1).toString(), e.file());
      for (Written intact : List.of(blocks.get(0), blocks.get(2))) {
        assertArrayEquals(intact.values(), store.read(intact.reference(), true));
      }
    }
  }

  @Test
  void swappedBlocksAreRefused() throws IOException {
    try (Store store = new Store()) {
      byte[] values = Store.values(random, 300);
      List<Written> blocks;
      try (ValueWriter writer = store.log.newWriter(Store.TABLE, Compression.NONE, null)) {
        blocks = List.of(Store.add(writer, 0, values), Store.add(writer, 0, values));
        writer.finish();
      }
      byte[] content = store.content(store.path(1));
      int a = (int) blocks.get(0).reference().blockOffset;
      int b = (int) blocks.get(1).reference().blockOffset;
      byte[] swapped = content.clone();
      System.arraycopy(content, a, swapped, b, b - a);
      System.arraycopy(content, b, swapped, a, b - a);
      store.replace(1, swapped);
      for (Written block : blocks) {
        assertThrows(CorruptionException.class, () -> store.read(block.reference(), true));
      }
    }
  }

  @Test
  void swappedFilesAreRefused() throws IOException {
    try (Store store = new Store()) {
      List<Written> first = store.write(random, 300);
      List<Written> second = store.write(random, 300);
      byte[] one = store.content(store.path(1));
      byte[] two = store.content(store.path(2));
      store.replace(1, two);
      store.replace(2, one);
      for (Written block : List.of(first.getFirst(), second.getFirst())) {
        CorruptionException e =
            assertThrows(CorruptionException.class, () -> store.read(block.reference(), true));
        assertTrue(e.toString().contains("VALUES number"), e::toString);
      }
    }
  }

  @Test
  void aBlockOfAnotherFileAtTheSamePlaceIsRefused() throws IOException {
    try (Store store = new Store()) {
      List<Written> first = store.write(random, Compression.NONE, 300);
      List<Written> second = store.write(random, Compression.NONE, 300);
      byte[] other = store.content(store.path(1));
      byte[] content = store.content(store.path(2));
      int begin = ValueFileFormat.DICTIONARY_OFFSET;
      int end = content.length - ValueFileTotals.BYTES;
      System.arraycopy(other, begin, content, begin, end - begin);
      store.replace(2, content);
      assertArrayEquals(first.getFirst().values(), store.read(first.getFirst().reference(), true));
      assertThrows(
          CorruptionException.class, () -> store.read(second.getFirst().reference(), true));
    }
  }

  @Test
  void aReferenceThatIsWrongIsRefusedBeforeMemoryIsTaken() throws IOException {
    try (Store store = new Store()) {
      Written block = store.write(random, 300).getFirst();
      long right = block.reference().blockOffset;
      for (int storedBytes : new int[] {-1, 0, 10, Integer.MAX_VALUE}) {
        assertWrong(store, block, right, storedBytes, 300);
      }
      int storedBytes = block.reference().storedBytes;
      for (long offset : new long[] {-1, 0, right + 1, 1 << 20, Long.MAX_VALUE}) {
        assertWrong(store, block, offset, storedBytes, 300);
      }
      for (int rawBytes : new int[] {-1, 0, 299, Integer.MAX_VALUE}) {
        assertWrong(store, block, right, storedBytes, rawBytes);
      }
      assertArrayEquals(block.values(), store.read(block.reference(), true));
      assertWrong(store, block, right, storedBytes, 299);
    }
  }

  private static void assertWrong(
      Store store, Written block, long offset, int storedBytes, int rawBytes) {
    ValueReference wrong = new ValueReference().set(block.reference());
    wrong.blockOffset = offset;
    wrong.storedBytes = storedBytes;
    wrong.rawBytes = rawBytes;
    assertThrows(CorruptionException.class, () -> store.read(wrong, true), wrong::toString);
  }

  @Test
  void aScanGoesOnBehindDamage() throws IOException {
    try (Store store = new Store()) {
      List<Written> blocks = store.write(random, 300, 400, 500, 600);
      byte[] content = store.content(store.path(1));
      int begin = (int) blocks.get(1).reference().blockOffset;
      content[begin + 5] ^= 1; // its length
      content[begin + 200] ^= 1;
      store.replace(1, content);
      try (ValueFileReader reader = open(store)) {
        assertEquals(300, rawBytesOfNext(reader));
        assertThrows(CorruptionException.class, reader::next);
        assertEquals(blocks.get(1).reference().storedBytes, reader.skipDamage());
        assertEquals(500, rawBytesOfNext(reader));
        assertEquals(600, rawBytesOfNext(reader));
        assertEquals(null, reader.next());
      }
    }
  }

  private static int rawBytesOfNext(ValueFileReader reader) throws IOException {
    ValueBlock block = reader.next();
    return block == null ? -1 : block.rawBytes();
  }

  private static ValueFileReader open(Store store) throws IOException {
    return ValueFileReader.open(store.disk, store.path(1), 1);
  }

  private static void scan(Store store) throws IOException {
    try (ValueFileReader reader = open(store)) {
      while (reader.next() != null) {
        try (NativeBuffer values = reader.values()) {
          assertTrue(values.references() > 0);
        }
      }
    }
  }
}
