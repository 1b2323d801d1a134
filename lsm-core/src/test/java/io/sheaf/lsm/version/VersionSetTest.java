package io.sheaf.lsm.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.VersionEdit.AddFile;
import io.sheaf.lsm.version.VersionEdit.CreateTable;
import io.sheaf.lsm.version.VersionEdit.DropTable;
import io.sheaf.lsm.version.VersionEdit.Flushed;
import io.sheaf.lsm.version.VersionEdit.RemoveFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VersionSetTest {
  private static final Path DIRECTORY = Path.of("/store");

  private final TornFiles files = new TornFiles();
  private final Statistics statistics = new Statistics();
  private final List<Numbered> obsolete = new ArrayList<>();
  private final Random random = new Random(5);

  @Test
  void missingStoreIsCreatedOnlyWhenAskedTo() throws IOException {
    assertThrows(NoSuchFileException.class, () -> open(false));
    open(true).close();
    try (VersionSet set = open(false)) {
      assertEquals(RandomStore.EMPTY, set.current());
    }
  }

  @Test
  void randomEditsSurviveEachReopening() throws IOException {
    long seed = TestSeed.next();
    String message = "seed " + seed;
    VersionSet set = open(true);
    VersionSet[] latest = {set};
    RandomStore store =
        new RandomStore(new Random(seed), () -> latest[0].newFileNumber(), this::make);
    Random reopen = new Random(seed);
    for (int i = 0; i < 400; i++) {
      set.apply(store.next());
      assertEquals(store.version(), set.current(), message);
      if (reopen.nextInt(40) == 0) {
        set.close();
        set = open(false);
        latest[0] = set;
        assertEquals(store.version(), set.current(), message);
      }
    }
    assertEquals(onlyVersionFiles(store.version()), withoutManifests(set.liveFiles()), message);
    assertEquals(new HashSet<>(obsolete).size(), obsolete.size(), message);
    set.close();
  }

  @Test
  void whatGoesWrongInsideTheManifestIsAFailureOfTheDisk() throws IOException {
    IllegalStateException cause = new IllegalStateException("no name");
    PrefixExtractor nameless =
        new PrefixExtractor() {
          @Override
          public int prefixLength(Slice key) {
            return key.length();
          }

          @Override
          public String name() {
            throw cause;
          }
        };
    TableOptions options = TableOptions.DEFAULT.withPrefix(nameless);
    VersionEdit edit = VersionEdit.of(new CreateTable(new TableDescriptor(1, "t", options)));
    try (VersionSet set = open(true)) {
      IOException failed = assertThrows(IOException.class, () -> set.apply(edit));
      assertSame(cause, failed.getCause());
      assertEquals(RandomStore.EMPTY, set.current());
      assertThrows(IOException.class, () -> set.apply(edit), "takes no changes any more");
    }
  }

  @Test
  void grownManifestIsReplaced() throws IOException {
    VersionSet set = open(true, 500);
    RandomStore store = new RandomStore(random, set::newFileNumber, this::make);
    for (int i = 0; i < 50; i++) {
      set.apply(store.next());
    }
    set.close();
    List<Numbered> replaced =
        obsolete.stream().filter(file -> file.kind() == FileKind.MANIFEST).toList();
    assertTrue(replaced.size() > 2, "replaced: " + replaced);
    assertFalse(replaced.contains(new Numbered(currentManifest(), FileKind.MANIFEST)));
    long written = 0;
    for (String name : files.list(DIRECTORY)) {
      written += name.endsWith(".manifest") ? files.size(DIRECTORY.resolve(name)) : 0;
    }
    assertEquals(written, statistics.get(Counter.MANIFEST_BYTES));
    try (VersionSet again = open(false)) {
      assertEquals(store.version(), again.current());
    }
  }

  @Test
  void numbersAreNeverThoseOfFilesThatAreThere() throws IOException {
    Set<Long> given = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      try (VersionSet set = open(true)) {
        long number = set.newFileNumber();
        assertTrue(given.add(number) && given.add(currentManifest()), "given: " + given);
        put(new Numbered(number, FileKind.LOG), 1);
        put(new Numbered(number + 1000, FileKind.VALUES), 1); // a crash left it
        given.add(number + 1000);
      }
    }
  }

  @Test
  void numbersAreNotGivenAgainAfterTheirFilesWent() throws IOException {
    long last;
    try (VersionSet set = open(true)) {
      last = flushOneFile(set);
      set.apply(VersionEdit.of(new RemoveFile(1, 1, last)));
    }
    files.delete(path(new Numbered(last, FileKind.SSTABLE)));
    try (VersionSet set = open(false)) {
      assertTrue(set.newFileNumber() > last);
    }
  }

  @Test
  void obsoleteFileGoesWithTheLastPinOfAVersionThatHasIt() throws IOException {
    try (VersionSet set = open(true)) {
      set.apply(createTable());
      PinnedVersion before = set.pin();
      long number = addFile(set);
      PinnedVersion first = set.pin();
      PinnedVersion second = set.pin();
      assertSame(first.version(), second.version());
      set.apply(VersionEdit.of(new RemoveFile(1, 1, number)));
      Numbered file = new Numbered(number, FileKind.SSTABLE);
      set.apply(VersionEdit.of()); // a version without the file goes
      assertEquals(List.of(), obsolete);
      assertTrue(set.liveFiles().contains(file));
      first.close();
      first.close();
      assertEquals(List.of(), obsolete);
      assertTrue(set.liveFiles().contains(file));
      second.close();
      assertEquals(List.of(file), obsolete, "the version before never had the file");
      assertFalse(set.liveFiles().contains(file));
      before.close();
      assertEquals(List.of(file), obsolete);
    }
  }

  @Test
  void pinMayOutliveTheSetAndDeletesNothingThen() throws IOException {
    VersionSet set = open(true);
    long number = flushOneFile(set);
    PinnedVersion pin = set.pin();
    set.apply(VersionEdit.of(new RemoveFile(1, 1, number)));
    set.close();
    set.close();
    assertEquals(1, pin.version().tables().size());
    pin.close();
    assertEquals(List.of(), obsolete);
    try (VersionSet again = open(false)) {
      assertTrue(again.obsoleteOnOpen().contains(new Numbered(number, FileKind.SSTABLE)));
    }
  }

  @Test
  void orphansAreFoundAtOpen() throws IOException {
    Set<Numbered> expected = new HashSet<>();
    long kept;
    try (VersionSet set = open(true)) {
      expected.add(new Numbered(currentManifest(), FileKind.MANIFEST));
      for (FileKind kind : new FileKind[] {FileKind.SSTABLE, FileKind.VALUES, FileKind.LOG}) {
        expected.add(new Numbered(set.newFileNumber(), kind));
      }
      kept = flushOneFile(set);
      put(new Numbered(set.newFileNumber(), FileKind.LOG), 1);
      put(new Numbered(kept, FileKind.VALUES), 1); // the number of an SSTable
      expected.add(new Numbered(kept, FileKind.VALUES));
    }
    for (Numbered orphan : expected) {
      if (orphan.kind() != FileKind.MANIFEST) {
        put(orphan, 1);
      }
    }
    files.put(DIRECTORY.resolve("notes.txt"), new byte[1]);
    try (VersionSet set = open(false)) {
      assertEquals(expected, new HashSet<>(set.obsoleteOnOpen()));
      assertTrue(set.liveFiles().contains(new Numbered(kept, FileKind.SSTABLE)));
    }
  }

  @Test
  void missingOrShortenedFileIsRefused() throws IOException {
    Numbered file;
    try (VersionSet set = open(true)) {
      file = new Numbered(flushOneFile(set), FileKind.SSTABLE);
    }
    byte[] bytes = files.bytes(path(file));
    put(file, bytes.length + 1);
    CorruptionException refusal = assertThrows(CorruptionException.class, () -> open(false));
    assertEquals(path(file).toString(), refusal.file());
    files.delete(path(file));
    refusal = assertThrows(CorruptionException.class, () -> open(false));
    assertTrue(String.valueOf(refusal.getMessage()).contains("no file"));
    files.put(path(file), bytes);
    open(false).close();
  }

  @Test
  void damagedLastEditIsRefused() throws IOException {
    VersionSet set = open(true);
    Path manifest = path(new Numbered(currentManifest(), FileKind.MANIFEST));
    int begin = (int) files.size(manifest);
    set.apply(createTable());
    byte[] bytes = files.bytes(manifest); // not closed: the process was killed
    bytes[begin + ManifestFormat.FRAME_BYTES]++;
    files.put(manifest, bytes);
    CorruptionException refusal = assertThrows(CorruptionException.class, () -> open(false));
    assertEquals(manifest.toString(), refusal.file());
  }

  @Test
  void idOfADroppedTableIsNeverGivenAgain() throws IOException {
    try (VersionSet set = open(true)) {
      set.apply(createTable());
      set.apply(VersionEdit.of(new DropTable(1)));
    }
    for (int i = 0; i < 2; i++) {
      try (VersionSet set = open(false)) {
        assertEquals(2, set.current().nextTableId());
        assertThrows(IllegalArgumentException.class, () -> set.apply(createTable()));
      }
    }
  }

  @Test
  void missingManifestIsRefused() throws IOException {
    open(true).close();
    files.delete(path(new Numbered(currentManifest(), FileKind.MANIFEST)));
    assertThrows(CorruptionException.class, () -> open(false));
    assertThrows(CorruptionException.class, () -> open(true));
  }

  @Test
  void editThatDoesNotFitDoesNoHarm() throws IOException {
    try (VersionSet set = open(true)) {
      long number = flushOneFile(set);
      Version before = set.current();
      FileMetadata unnumbered = RandomStore.randomFile(random, number + 100, 5, List.of());
      for (VersionEdit edit :
          new VersionEdit[] {
            VersionEdit.of(new RemoveFile(1, 2, number)),
            VersionEdit.of(new AddFile(1, 9, unnumbered)),
            VersionEdit.of(new Flushed(number + 100, 1, 1))
          }) {
        assertThrows(IllegalArgumentException.class, () -> set.apply(edit));
        assertSame(before, set.current());
      }
      set.apply(VersionEdit.of(new RemoveFile(1, 1, number)));
    }
  }

  @Test
  void failedWriteBreaksTheSetUntilItIsOpenedAgain() throws IOException {
    VersionSet set = open(true);
    long number = flushOneFile(set);
    Version before = set.current();
    files.failFrom(files.calls() + 2); // the write passes, the sync does not
    VersionEdit removal = VersionEdit.of(new RemoveFile(1, 1, number));
    IOException cause = assertThrows(IOException.class, () -> set.apply(removal));
    files.failFrom(Integer.MAX_VALUE);
    IOException refusal = assertThrows(IOException.class, () -> set.apply(removal));
    assertSame(cause, refusal.getCause());
    assertSame(before, set.current());
    try (PinnedVersion pin = set.pin()) {
      assertSame(before, pin.version());
    }
    set.close();
    assertEquals(List.of(), obsolete);
    try (VersionSet again = open(false)) {
      assertNotEquals(before, again.current(), "the write had passed");
      again.apply(VersionEdit.of());
    }
  }

  @Test
  void closedSetRefuses() throws IOException {
    VersionSet set = open(true);
    set.close();
    assertThrows(ClosedException.class, set::pin);
    assertThrows(ClosedException.class, () -> set.apply(VersionEdit.of()));
  }

  @Test
  void listenerThatThrowsIsNotTakenForAFailedChange() throws IOException {
    try (VersionSet set =
        VersionSet.open(
            files,
            DIRECTORY,
            true,
            () -> RandomStore.ID,
            RandomStore.PREFIXES,
            (kind, number) -> {
              obsolete.add(new Numbered(number, kind));
              throw new IllegalStateException("as the test wants it");
            },
            statistics)) {
      long number = flushOneFile(set);
      set.apply(VersionEdit.of(new RemoveFile(1, 1, number)));
      assertEquals(List.of(new Numbered(number, FileKind.SSTABLE)), obsolete);
    }
  }

  @Test
  void checkpointOpensAsTheVersionItWasMadeOf() throws IOException {
    try (VersionSet set = open(true)) {
      flushOneFile(set);
      Path copy = Path.of("/copy");
      for (Numbered file : withoutManifests(set.liveFiles())) {
        String name = FileNames.of(file.kind(), file.number());
        files.put(copy.resolve(name), files.bytes(DIRECTORY.resolve(name)));
      }
      VersionSet.initialize(files, copy, set.current(), set.newFileNumber(), statistics);
      try (VersionSet other =
          VersionSet.open(
              files,
              copy,
              false,
              StoreId::random,
              RandomStore.PREFIXES,
              (kind, number) -> {},
              statistics)) {
        assertEquals(set.current(), other.current());
      }
    }
  }

  private VersionSet open(boolean create) throws IOException {
    return open(create, VersionSet.GROWTH_BYTES);
  }

  private VersionSet open(boolean create, long growthBytes) throws IOException {
    return VersionSet.open(
        files,
        DIRECTORY,
        create,
        () -> RandomStore.ID,
        RandomStore.PREFIXES,
        (kind, number) -> obsolete.add(new Numbered(number, kind)),
        statistics,
        growthBytes);
  }

  private long currentManifest() throws IOException {
    return CurrentFile.read(files, DIRECTORY);
  }

  private static VersionEdit createTable() {
    return VersionEdit.of(new CreateTable(new TableDescriptor(1, "a", TableOptions.DEFAULT)));
  }

  private long flushOneFile(VersionSet set) throws IOException {
    set.apply(createTable());
    return addFile(set);
  }

  private long addFile(VersionSet set) throws IOException {
    long number = set.newFileNumber();
    FileMetadata file = RandomStore.randomFile(random, number, 0, List.of());
    make(FileKind.SSTABLE, number, file.sizeBytes());
    long log = set.newFileNumber();
    set.apply(VersionEdit.of(new AddFile(1, 1, file), new Flushed(log, 1, 1)));
    return number;
  }

  private void make(FileKind kind, long number, long sizeBytes) {
    put(new Numbered(number, kind), (int) sizeBytes);
  }

  private void put(Numbered file, int sizeBytes) {
    files.put(path(file), new byte[sizeBytes]);
  }

  private static Path path(Numbered file) {
    return DIRECTORY.resolve(FileNames.of(file.kind(), file.number()));
  }

  private static Set<Numbered> withoutManifests(Set<Numbered> all) {
    Set<Numbered> rest = new HashSet<>(all);
    rest.removeIf(file -> file.kind() == FileKind.MANIFEST);
    return rest;
  }

  private static Set<Numbered> onlyVersionFiles(Version version) {
    Set<Numbered> files = new HashSet<>();
    for (TableState table : version.tables().values()) {
      table.valueFiles().keySet().forEach(n -> files.add(new Numbered(n, FileKind.VALUES)));
      for (Run run : table.runs()) {
        run.files().forEach(file -> files.add(new Numbered(file.number(), FileKind.SSTABLE)));
      }
    }
    return files;
  }
}
