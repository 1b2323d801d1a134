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
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.lsm.value.ValueWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every value store that separates values does, whoever asks. */
interface ValueStoreContract {
  /** A new, empty store. */
  ValueStore open() throws IOException;

  private static ValueReference add(ValueWriter writer, int id, byte[] values) throws IOException {
    ValueReference into = new ValueReference();
    into.valueOffset = 17;
    into.valueLength = 18;
    Slice suffix = Slice.utf8("" + id);
    try (NativeBuffer memory = NativeBuffer.allocate(values.length + 8)) {
      MemorySegment.copy(values, 0, memory.segment(), ValueLayout.JAVA_BYTE, 5, values.length);
      writer.addBlock(
          Slice.utf8("p"), suffix, suffix, 3, 1000 + id, memory.segment(), 5, values.length, into);
    }
    return into;
  }

  private static byte[] read(ValueStore store, ValueReference reference, boolean cached)
      throws IOException {
    try (NativeBuffer values = store.read(reference, cached)) {
      return values.segment().toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @Test
  default void everyBlockReadsAsItWasWritten() throws IOException {
    long seed = TestSeed.next();
    Random random = new Random(seed);
    List<ValueReference> references = new ArrayList<>();
    List<Slice> contents = new ArrayList<>();
    try (ValueStore store = open()) {
      for (int job = 0; job < 3; job++) {
        try (ValueWriter writer = store.newWriter(job, Compression.zstd(1), null)) {
          for (int i = 0; i < 100; i++) {
            byte[] values = Store.values(random, random.nextInt(3000));
            references.add(add(writer, i, values));
            contents.add(Slice.of(values));
          }
          writer.finish();
        }
      }
      for (int i = 0; i < 2000; i++) {
        int from = random.nextInt(references.size());
        if (random.nextInt(4) == 0) {
          int to = Math.min(references.size(), from + random.nextInt(20));
          List<ValueReference> wanted = new ArrayList<>(references.subList(from, to));
          if (random.nextBoolean()) {
            Collections.reverse(wanted);
          }
          store.prefetch(wanted);
        }
        assertEquals(
            contents.get(from),
            Slice.of(read(store, references.get(from), random.nextBoolean())),
            "block " + from + " of seed " + seed);
      }
    }
  }

  @Test
  default void theReferenceSaysWhereTheBlockIsAndNothingOfAValue() throws IOException {
    try (ValueStore store = open();
        ValueWriter writer = store.newWriter(1, Compression.LZ4, null)) {
      ValueReference first = add(writer, 1, new byte[1000]);
      ValueReference second = add(writer, 2, new byte[10]);
      List<ValueFileMetadata> files = writer.finish();
      assertEquals(first.fileNumber, files.getFirst().number());
      assertEquals(1000, first.rawBytes);
      assertTrue(second.blockOffset >= first.blockOffset + first.storedBytes);
      assertEquals(17, second.valueOffset);
      assertEquals(18, second.valueLength);
    }
  }

  @Test
  default void metadataAddsUp() throws IOException {
    try (ValueStore store = open();
        ValueWriter writer = store.newWriter(5, Compression.zstd(3), null)) {
      for (int i = 0; i < 10; i++) {
        add(writer, i, new byte[100]);
      }
      List<ValueFileMetadata> files = writer.finish();
      assertEquals(writer.bytesWritten(), sum(files, ValueFileMetadata::sizeBytes));
      assertEquals(1000, sum(files, ValueFileMetadata::rawBytes));
      assertEquals(30, sum(files, ValueFileMetadata::rows));
      assertEquals(10, sum(files, ValueFileMetadata::blocks));
      assertEquals(1009, files.getLast().newestTimeMillis());
      assertTrue(files.stream().allMatch(file -> file.tableId() == 5), files::toString);
    }
  }

  private static long sum(
      List<ValueFileMetadata> files, java.util.function.ToLongFunction<ValueFileMetadata> part) {
    return files.stream().mapToLong(part).sum();
  }

  @Test
  default void writersDoNotShareFiles() throws IOException {
    try (ValueStore store = open();
        ValueWriter a = store.newWriter(1, Compression.NONE, null);
        ValueWriter b = store.newWriter(1, Compression.NONE, null)) {
      add(a, 1, new byte[10]);
      add(b, 1, new byte[10]);
      Set<String> names = new HashSet<>();
      a.finish().forEach(file -> names.add(store.fileName(file.number())));
      b.finish().forEach(file -> names.add(store.fileName(file.number())));
      assertEquals(2, names.size(), names::toString);
    }
  }

  @Test
  default void theCallerOwnsWhatItRead() throws IOException {
    byte[] values = Store.values(new Random(1), 500);
    ValueStore store = open();
    try (store;
        ValueWriter writer = store.newWriter(1, Compression.NONE, null)) {
      ValueReference reference = add(writer, 1, values);
      writer.finish();
      NativeBuffer read = store.read(reference, true);
      store.forget(reference.fileNumber);
      store.close();
      try (read) {
        assertArrayEquals(values, read.segment().toArray(ValueLayout.JAVA_BYTE));
      }
    }
  }

  @Test
  default void afterCloseItThrows() throws IOException {
    ValueStore store = open();
    ValueReference reference;
    try (store;
        ValueWriter writer = store.newWriter(1, Compression.NONE, null)) {
      reference = add(writer, 1, new byte[10]);
      writer.finish();
    }
    store.close();
    assertThrows(ClosedException.class, () -> store.read(reference, false));
    assertThrows(ClosedException.class, () -> store.read(reference, true));
    assertThrows(ClosedException.class, () -> store.newWriter(1, Compression.NONE, null).close());
    assertThrows(ClosedException.class, () -> store.prefetch(List.of(reference)));
  }
}
