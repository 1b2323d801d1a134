package io.sheaf.lsm.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.VersionEdit.AddFile;
import io.sheaf.lsm.version.VersionEdit.CreateTable;
import io.sheaf.lsm.version.VersionEdit.RemoveFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Readers pin while several jobs change the set: no file goes while a pinned version has it. */
class VersionSetConcurrencyTest {
  private static final Path DIRECTORY = Path.of("/store");
  private static final int WRITERS = 2;
  private static final int READERS = 3;
  private static final int EDITS = 400;

  @Test
  void noFileGoesWhileItIsPinned() throws Exception {
    long seed = TestSeed.next();
    TornFiles files = new TornFiles();
    Map<Numbered, Integer> gone = new ConcurrentHashMap<>();
    Set<Long> numbers = ConcurrentHashMap.newKeySet();
    AtomicBoolean done = new AtomicBoolean();
    try (VersionSet set =
            VersionSet.open(
                files,
                DIRECTORY,
                true,
                StoreId::random,
                PrefixResolver.DEFAULT,
                (kind, number) -> gone.merge(new Numbered(number, kind), 1, Integer::sum),
                new Statistics());
        ExecutorService threads =
            Executors.newCachedThreadPool(Thread.ofPlatform().name("version-", 0).factory())) {
      List<Future<Void>> writers = new ArrayList<>();
      List<Future<Void>> readers = new ArrayList<>();
      for (int i = 1; i <= WRITERS; i++) {
        int table = i;
        set.apply(
            VersionEdit.of(
                new CreateTable(new TableDescriptor(i, "table-" + i, TableOptions.DEFAULT))));
        writers.add(threads.submit(() -> write(set, table, new Random(seed + table), numbers)));
      }
      for (int i = 0; i < READERS; i++) {
        Random random = new Random(seed - i);
        readers.add(threads.submit(() -> read(set, gone, random, done)));
      }
      for (Future<Void> writer : writers) {
        writer.get(30, TimeUnit.SECONDS);
      }
      done.set(true);
      for (Future<Void> reader : readers) {
        reader.get(30, TimeUnit.SECONDS);
      }
      String message = "seed " + seed;
      assertEquals(Set.of(1), Set.copyOf(gone.values()), message);
      Set<Numbered> live = set.liveFiles();
      assertFalse(live.stream().anyMatch(gone::containsKey), message);
      assertEquals(WRITERS * EDITS, numbers.size(), message);
      for (Long number : numbers) {
        Numbered file = new Numbered(number, FileKind.SSTABLE);
        assertTrue(
            live.contains(file) || gone.containsKey(file), FileNames.of(file.kind(), number));
      }
    }
  }

  private static Void write(VersionSet set, int table, Random random, Set<Long> numbers)
      throws Exception {
    List<Long> mine = new ArrayList<>();
    for (int i = 0; i < EDITS; i++) {
      long number = set.newFileNumber();
      assertTrue(numbers.add(number));
      FileMetadata file = RandomStore.randomFile(random, number, 0, List.of());
      set.apply(VersionEdit.of(new AddFile(table, number, file)));
      mine.add(number);
      if (mine.size() > 5) {
        long old = mine.remove(random.nextInt(mine.size()));
        set.apply(VersionEdit.of(new RemoveFile(table, old, old)));
      }
    }
    return null;
  }

  private static Void read(
      VersionSet set, Map<Numbered, Integer> gone, Random random, AtomicBoolean done) {
    List<PinnedVersion> pins = new ArrayList<>();
    while (!done.get()) {
      pins.add(set.pin());
      if (pins.size() > 3) {
        try (PinnedVersion pin = pins.remove(random.nextInt(pins.size()))) {
          for (TableState table : pin.version().tables().values()) {
            for (Run run : table.runs()) {
              for (FileMetadata file : run.files()) {
                assertFalse(gone.containsKey(new Numbered(file.number(), FileKind.SSTABLE)));
              }
            }
          }
        }
      }
    }
    pins.forEach(PinnedVersion::close);
    return null;
  }
}
