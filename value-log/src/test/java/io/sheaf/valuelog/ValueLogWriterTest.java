package io.sheaf.valuelog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.cache.MemoryBudget.Use;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.LiveBuffers;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.value.ValueReference;
import io.sheaf.lsm.value.ValueWriter;
import io.sheaf.valuelog.ObservedFileSystem.Call;
import io.sheaf.valuelog.Store.Written;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ValueLogWriterTest {
  private final Random random = new Random(3);
  private final ObservedFileSystem disk = new ObservedFileSystem(new MemoryFileSystem());
  private final long buffersBefore = LiveBuffers.count();

  @AfterEach
  void noBufferIsLost() {
    assertEquals(buffersBefore, LiveBuffers.count());
  }

  private Store store(ValueLogOptions options) throws IOException {
    return new Store(disk, options, 4 << 20);
  }

  @Test
  void describesTheFilesItRollsTo() throws IOException {
    try (Store store = store(ValueLogOptions.DEFAULT.withFileBytes(4000))) {
      List<Written> written = new ArrayList<>();
      List<ValueFileMetadata> files;
      try (ValueWriter writer = store.log.newWriter(Store.TABLE, Compression.zstd(1), null)) {
        for (int i = 0; i < 20; i++) {
          written.add(Store.add(writer, i, Store.values(random, 1000)));
        }
        files = writer.finish();
        assertEquals(
            files.stream().mapToLong(ValueFileMetadata::sizeBytes).sum(), writer.bytesWritten());
      }
      assertTrue(files.size() > 1, files::toString);
      assertEquals(20_000, Store.rawBytes(files));
      long blocks = 0;
      for (ValueFileMetadata file : files) {
        assertEquals(disk.size(store.path(file.number())), file.sizeBytes());
        assertEquals(10 * file.blocks(), file.rows());
        blocks += file.blocks();
        assertEquals(blocks - 1, file.newestTimeMillis());
        try (ValueFileReader reader =
            ValueFileReader.open(disk, store.path(file.number()), file.number())) {
          assertEquals(Store.TABLE, reader.tableId());
          assertEquals(
              new ValueFileTotals(
                  Store.TABLE,
                  file.blocks(),
                  file.rows(),
                  file.rawBytes(),
                  file.newestTimeMillis()),
              reader.totals());
        }
      }
      assertEquals(20, blocks);
      for (Written block : written) {
        assertArrayEquals(block.values(), store.read(block.reference(), true));
      }
    }
  }

  @Test
  void withoutBlocksThereAreNoFiles() throws IOException {
    try (Store store = store(ValueLogOptions.DEFAULT)) {
      try (ValueWriter writer = store.log.newWriter(Store.TABLE, Compression.LZ4, null)) {
        assertEquals(List.of(), writer.finish());
        assertEquals(0, writer.bytesWritten());
      }
      assertEquals(List.of(), disk.list(Store.DIRECTORY));
    }
  }

  @Test
  void closedBeforeFinishDeletesItsFiles() throws IOException {
    try (Store store = store(ValueLogOptions.DEFAULT.withFileBytes(1000))) {
      ValueWriter writer = store.log.newWriter(Store.TABLE, Compression.NONE, null);
      for (int i = 0; i < 3; i++) {
        Store.add(writer, i, Store.values(random, 900));
      }
      assertTrue(store.budget.used(Use.BUFFERS) > 0);
      assertFalse(disk.list(Store.DIRECTORY).isEmpty());
      writer.close();
      writer.close();
      assertEquals(List.of(), disk.list(Store.DIRECTORY));
      assertEquals(0, store.budget.used(Use.BUFFERS));
      assertThrows(ClosedException.class, writer::finish);
      assertThrows(ClosedException.class, () -> Store.add(writer, 9, new byte[1]));
    }
  }

  @Test
  void everyFileIsSynced() throws IOException {
    List<String> calls = new CopyOnWriteArrayList<>();
    disk.observe((call, path) -> {
      if (call == Call.WRITE || call == Call.SYNC) {
        calls.add(call + " " + path.getFileName());
      }
    });
    try (Store store = store(ValueLogOptions.DEFAULT.withFileBytes(1000));
        ValueWriter writer = store.log.newWriter(Store.TABLE, Compression.NONE, null)) {
      for (int i = 0; i < 2; i++) {
        Store.add(writer, i, Store.values(random, 2000));
      }
      writer.finish();
    }
    for (String file : List.of("000001.val", "000002.val")) {
      assertTrue(calls.lastIndexOf("SYNC " + file) > calls.lastIndexOf("WRITE " + file), file);
    }
  }

  @Test
  void largeFilesAreSyncedOnTheWay() throws IOException {
    AtomicInteger syncs = new AtomicInteger();
    disk.observe((call, path) -> syncs.addAndGet(call == Call.SYNC ? 1 : 0));
    try (Store store = store(ValueLogOptions.DEFAULT.withSyncBytes(1 << 20));
        ValueWriter writer = store.log.newWriter(Store.TABLE, Compression.NONE, null)) {
      for (int i = 0; i < 8; i++) {
        Store.add(writer, i, new byte[700 << 10]);
      }
      writer.finish();
    }
    assertTrue(syncs.get() >= 4, syncs + " syncs of 5.6 MB");
  }

  @Test
  void aFailedSyncOnTheWayIsNotForgotten() throws IOException {
    IOException gone = new IOException("the pages are gone");
    AtomicInteger syncs = new AtomicInteger();
    disk.observe((call, path) -> {
      if (call == Call.SYNC && syncs.getAndIncrement() == 0) {
        throw gone;
      }
    });
    try (Store store = store(ValueLogOptions.DEFAULT.withSyncBytes(64 << 10))) {
      ValueWriter writer = store.log.newWriter(Store.TABLE, Compression.NONE, null);
      Store.add(writer, 0, new byte[600 << 10]);
      IOException thrown = assertThrows(IOException.class, writer::finish);
      assertSame(gone, thrown.getCause());
      assertThrows(IOException.class, writer::finish);
      assertThrows(IOException.class, writer::close);
      assertEquals(List.of(), disk.list(Store.DIRECTORY));
    }
  }

  @Test
  void afterAFailedCallNothingMoreIsWritten() throws IOException {
    for (int failing = 1; ; failing++) {
      AtomicInteger left = new AtomicInteger(failing);
      disk.observe((call, path) -> {
        boolean writes = call != Call.DELETE && call != Call.CLOSE;
        if (writes && left.decrementAndGet() == 0) {
          throw new IOException("no space");
        }
      });
      try (Store store = store(ValueLogOptions.DEFAULT.withFileBytes(1000))) {
        ValueWriter writer = store.log.newWriter(Store.TABLE, Compression.NONE, null);
        boolean finished = false;
        try {
          for (int i = 0; i < 3; i++) {
            Store.add(writer, i, Store.values(random, 900));
          }
          writer.finish();
          finished = true;
        } catch (IOException e) {
          assertTrue(("" + e).contains("no space"), e::toString);
          assertThrows(IOException.class, writer::finish);
        }
        disk.observe((call, path) -> {});
        if (finished) {
          writer.close();
          assertTrue(failing > 6, "only " + failing + " calls");
          return;
        }
        closeDiscarding(writer);
        assertEquals(List.of(), disk.list(Store.DIRECTORY), "failing call " + failing);
      }
    }
  }

  /** A sync that failed beside the writer shows once more when the writer is closed. */
  private static void closeDiscarding(ValueWriter writer) {
    try {
      writer.close();
    } catch (IOException e) {
      assertTrue(e.getSuppressed().length > 0, e::toString);
    }
  }

  @Test
  void blocksOfManySizesAndCodecsRoundTrip() throws IOException {
    int[] lengths = {0, 1, 100, 4095, 32 << 10, 500 << 10, 512 << 10, 513 << 10, 3 << 20};
    for (Compression compression :
        List.of(Compression.NONE, Compression.LZ4, Compression.zstd(1), Compression.zstd(9))) {
      try (Store store = store(ValueLogOptions.DEFAULT)) {
        List<Written> written = new ArrayList<>();
        try (ValueWriter writer = store.log.newWriter(Store.TABLE, compression, null)) {
          for (int length : lengths) {
            byte[] values = Store.values(random, length);
            if (length % 2 == 0) {
              random.nextBytes(values); // cannot be compressed
            }
            written.add(Store.add(writer, written.size(), values));
          }
          writer.finish();
        }
        for (Written block : written) {
          assertArrayEquals(block.values(), store.read(block.reference(), false));
          assertArrayEquals(block.values(), store.read(block.reference(), true));
        }
        disk.delete(store.path(1));
      }
    }
  }

  @Test
  void valuesOf64MegabytesWork() throws IOException {
    try (Store store = store(ValueLogOptions.DEFAULT)) {
      byte[] values = new byte[64 << 20];
      random.nextBytes(values);
      ValueReference reference = new ValueReference();
      try (ValueWriter writer = store.log.newWriter(Store.TABLE, Compression.zstd(1), null)) {
        Slice id = Slice.utf8("1");
        writer.addBlock(
            id, id, id, 1, 0, MemorySegment.ofArray(values), 0, values.length, reference);
        assertTrue(store.budget.used(Use.BUFFERS) < 1 << 20, "memory stays taken");
        writer.finish();
      }
      assertArrayEquals(values, store.read(reference, false));
    }
  }

  @Test
  void refusesWhatIsNoBlock() throws IOException {
    try (Store store = store(ValueLogOptions.DEFAULT);
        ValueWriter writer = store.log.newWriter(Store.TABLE, Compression.NONE, null)) {
      MemorySegment values = MemorySegment.ofArray(new byte[10]);
      Slice id = Slice.utf8("1");
      ValueReference into = new ValueReference();
      assertThrows(
          IllegalArgumentException.class,
          () -> writer.addBlock(id, id, id, 0, 0, values, 0, 10, into));
      assertThrows(
          IllegalArgumentException.class,
          () -> writer.addBlock(id, id, id, 1, 0, values, 0, -1, into));
      Slice longId = Slice.of(new byte[1 << 20]);
      assertThrows(
          IllegalArgumentException.class,
          () -> writer.addBlock(longId, id, id, 1, 0, values, 0, 10, into));
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> writer.addBlock(id, id, id, 1, 0, values, 1, 10, into));
      assertEquals(List.of(), writer.finish());
    }
  }
}
