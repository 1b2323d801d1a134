package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.repair.RepairReport;
import io.sheaf.engine.repair.StoreRepair;
import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.engine.verify.VerifyReport;
import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.compact.NoCompaction;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.StoreInUseException;
import io.sheaf.lsm.io.UnsupportedFormatException;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.testdata.GoldenStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Golden stores are found to be whole, and come back whole without CURRENT and manifest. */
final class RepairGoldenTest {
  static final List<String> NAMES = GoldenStore.NAMES;
  private static final Path DAMAGED = Path.of("/damaged");
  private static final Path INTO = Path.of("/into");

  private final MemoryFileSystem disk = new MemoryFileSystem();

  @ParameterizedTest
  @FieldSource("NAMES")
  void aWholeStoreHasNoFindings(String name) throws IOException {
    GoldenCopy.of(GoldenStore.of(name), disk, DAMAGED);
    assertEquals(List.of(), verify(disk, false).findings());
    VerifyReport deep = verify(disk, true);
    assertEquals(List.of(), deep.findings());
    assertTrue(deep.rows() > 0 && deep.logs() > 0 && deep.keyFiles() > 0, deep::toString);
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void aWholeStoreIsRebuiltAndLeftAlone(String name) throws IOException {
    GoldenStore golden = GoldenStore.of(name);
    GoldenCopy.of(golden, disk, DAMAGED);
    RepairReport report = repair(disk);
    assertEquals(List.of(), report.damages());
    assertEquals(List.of(), report.losses());
    assertEquals(List.of(), report.notes());
    check(golden, disk);
    assertEquals(new ArrayList<>(golden.files()).stream().sorted().toList(), files());
    StoreImage after = StoreImage.of(disk, DAMAGED);
    for (String file : golden.files()) {
      assertArrayEquals(golden.content(file), after.content(file), file);
    }
    assertEquals(List.of(), verify(disk, INTO, true).findings());
  }

  private List<String> files() throws IOException {
    return disk.list(DAMAGED).stream().sorted().toList();
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void currentCutAtEveryByteCostsNothing(String name) throws IOException {
    GoldenStore golden = GoldenStore.of(name);
    byte[] content = golden.content("CURRENT");
    int step = name.endsWith("tiny") ? 1 : 5;
    for (int length = 0; length < content.length; length += step) {
      MemoryFileSystem cut = new MemoryFileSystem();
      GoldenCopy.of(golden, cut, DAMAGED).write("CURRENT", Arrays.copyOf(content, length));
      assertAllComesBack(golden, cut, "CURRENT", "CURRENT cut to " + length);
    }
  }

  @Test
  void theManifestCutAtEveryByteCostsNothing() throws IOException {
    GoldenStore golden = GoldenStore.of("v2/tiny");
    byte[] content = golden.content("000001.manifest");
    for (int length = 0; length < content.length; length++) {
      MemoryFileSystem cut = new MemoryFileSystem();
      GoldenCopy.of(golden, cut, DAMAGED).write("000001.manifest", Arrays.copyOf(content, length));
      check(golden, cut, repair(cut), "manifest cut to " + length);
    }
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void theManifestDamagedAnywhereCostsNothing(String name) throws IOException {
    GoldenStore golden = GoldenStore.of(name);
    String manifest =
        golden.files().stream()
            .filter(file -> file.endsWith(".manifest"))
            .findFirst()
            .orElseThrow();
    byte[] content = golden.content(manifest);
    Random random = new Random(1);
    for (int i = 0; i < 12; i++) {
      byte[] damaged = content.clone();
      int at = random.nextInt(content.length);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      MemoryFileSystem bad = new MemoryFileSystem();
      GoldenCopy.of(golden, bad, DAMAGED).write(manifest, damaged);
      check(golden, bad, repair(bad), "byte " + at + " of the manifest");
      MemoryFileSystem cut = new MemoryFileSystem();
      GoldenCopy.of(golden, cut, DAMAGED).write(manifest, Arrays.copyOf(content, at));
      check(golden, cut, repair(cut), "manifest cut to " + at);
    }
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void missingCurrentAndManifestCostNothing(String name) throws IOException {
    GoldenStore golden = GoldenStore.of(name);
    String manifest =
        golden.files().stream()
            .filter(file -> file.endsWith(".manifest"))
            .findFirst()
            .orElseThrow();
    for (List<String> missing :
        List.of(List.of("CURRENT"), List.of(manifest), List.of("CURRENT", manifest))) {
      MemoryFileSystem bad = new MemoryFileSystem();
      GoldenCopy.of(golden, bad, DAMAGED);
      for (String file : missing) {
        bad.delete(DAMAGED.resolve(file));
      }
      assertAllComesBack(golden, bad, missing.getFirst(), missing + " missing");
    }
  }

  /** What is lost of a table without SSTables is its name: the rows of its log come back. */
  @Test
  void rowsOfALogAloneComeBackByTheNumberOfTheirTable() throws IOException {
    GoldenStore golden = GoldenStore.of("v2/tiny");
    GoldenCopy.of(golden, disk, DAMAGED);
    for (String file : golden.files()) {
      if (!file.endsWith(".log")) {
        disk.delete(DAMAGED.resolve(file));
      }
    }
    RepairReport report = repair(disk);
    assertEquals("table-1", report.tables().getFirst().name());
    assertEquals(1, report.tables().getFirst().rows(), "anna 4 is put, the rest deletes");
    assertTrue(report.notes().toString().contains("table 1"), report::toString);
  }

  @Test
  void aStoreThatIsOpenIsRefused() throws IOException {
    GoldenCopy copy = GoldenCopy.of(GoldenStore.of("v2/tiny"), disk, DAMAGED);
    try (Db db = copy.open(NoCompaction::new)) {
      assertFalse(db.tables().isEmpty());
      assertThrows(StoreInUseException.class, () -> verify(disk, false));
      assertThrows(StoreInUseException.class, () -> repair(disk));
    }
    assertEquals(List.of(), verify(disk, true).findings());
  }

  /** What another version has written is not taken for damage, and nothing is made of it. */
  @Test
  void aFileOfANewerFormatIsRefused() throws IOException {
    GoldenStore golden = GoldenStore.of("v2/tiny");
    for (String file : golden.files()) {
      if (!file.equals("CURRENT")) {
        MemoryFileSystem newer = new MemoryFileSystem();
        byte[] content = golden.content(file);
        ByteBuffer header = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        header.putShort(8, (short) 3);
        header.putInt(28, new Crc32c().begin(header.getLong(16), 0).update(content, 0, 28).value());
        GoldenCopy.of(golden, newer, DAMAGED).write(file, content);
        UnsupportedFormatException refused =
            assertThrows(UnsupportedFormatException.class, () -> repair(newer), file);
        assertTrue(String.valueOf(refused.getMessage()).contains(file), refused::toString);
        assertFalse(newer.exists(INTO.resolve("CURRENT")), file);
      }
    }
  }

  @Test
  void aDirectoryThatIsNotEmptyIsNotWrittenInto() throws IOException {
    GoldenCopy.of(GoldenStore.of("v2/tiny"), disk, DAMAGED);
    assertThrows(
        IllegalArgumentException.class,
        () -> StoreRepair.repair(parts(disk), DAMAGED, DAMAGED, step -> {}));
  }

  private static void assertAllComesBack(
      GoldenStore golden, MemoryFileSystem disk, String named, String damage) throws IOException {
    List<Finding> findings = verify(disk, false).findings();
    assertTrue(
        findings.stream().anyMatch(finding -> finding.file().equals(named)),
        () -> damage + ": " + findings);
    check(golden, disk, repair(disk), damage);
  }

  private static void check(
      GoldenStore golden, MemoryFileSystem disk, RepairReport report, String damage)
      throws IOException {
    // that the table was dropped may stand in what is lost of the manifest, and when files were
    // ingested over whose rows others were written since
    List<Finding> losses = new ArrayList<>(report.losses());
    losses.removeIf(loss -> loss.problem().startsWith("it was ingested"));
    losses.removeIf(loss -> loss.rows() != null && loss.rows().table().equals("dropped"));
    assertEquals(List.of(), losses, damage);
    try {
      if (report.notes().stream().anyMatch(note -> note.contains("'presence' kept its rows"))) {
        openWithTtl(golden, disk);
      }
      check(golden, disk);
    } catch (AssertionError e) {
      throw new AssertionError(damage + ": " + report, e);
    }
  }

  /** As a program does that knows its tables: rows that have expired are gone again. */
  private static void openWithTtl(GoldenStore golden, MemoryFileSystem disk) throws IOException {
    try (Db db = new GoldenCopy(golden, disk, INTO).open(NoCompaction::new)) {
      TableOptions options = db.table("presence").options();
      assertTrue(options.ttlMillis() > Duration.ofDays(36_500).toMillis(), options::toString);
      db.openTable("presence", options.withTtlMillis(Duration.ofHours(1).toMillis()));
    }
  }

  private static void check(GoldenStore golden, MemoryFileSystem disk) throws IOException {
    try (Db db = new GoldenCopy(golden, disk, INTO).open(NoCompaction::new)) {
      Optional<Table> dropped = db.findTable("dropped");
      if (dropped.isPresent()) {
        assertEquals(0, SmallStore.rows(db, dropped.get(), CursorOptions.ALL).size());
        db.dropTable(dropped.get());
      }
      GoldenCopy.check(db, golden.tables());
    }
  }

  private static io.sheaf.lsm.db.Components parts(MemoryFileSystem disk) {
    return Sheaf.components().withFileSystem(disk);
  }

  private static VerifyReport verify(MemoryFileSystem disk, boolean deep) throws IOException {
    return verify(disk, DAMAGED, deep);
  }

  private static VerifyReport verify(MemoryFileSystem disk, Path directory, boolean deep)
      throws IOException {
    return StoreVerifier.verify(parts(disk), directory, deep, file -> {});
  }

  private static RepairReport repair(MemoryFileSystem disk) throws IOException {
    return StoreRepair.repair(parts(disk), DAMAGED, INTO, step -> {});
  }
}
