package io.sheaf.cli.shape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.CommandRun;
import io.sheaf.cli.GoldenDirectory;
import io.sheaf.cli.GoldenText;
import io.sheaf.cli.JsonParser;
import io.sheaf.cli.ToolProcess;
import io.sheaf.cli.report.ReportCheck;
import io.sheaf.engine.Sheaf;
import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command store shape, on stores whose groups are known. */
final class ShapeCommandTest {
  private static final int GROUPS = 60;
  private static final DbOptions OPTIONS = DbOptions.DEFAULT.withMemory(32 << 20, 4 << 20);

  @TempDir private Path directory;

  @Test
  void printsTheShapeOfAGoldenStore() throws Exception {
    Path copy = GoldenDirectory.copy("v1/mixed", directory);
    CommandRun run = ToolProcess.run("store", "shape", "--store", copy);
    assertEquals("", run.err());
    GoldenText.check("mixed-shape", copy, run.succeeds().out());
  }

  /** Group n has n rows, in two flushes: the figures follow from that. */
  @Test
  void countsGroups() throws Exception {
    Path store = store();
    Path page = directory.resolve("shape.html");
    CommandRun run =
        CommandRun.of("store", "shape", "--store", store, "--json", "--html", page).succeeds();
    Map<String, Object> table = table(run);
    long rows = (long) GROUPS * (GROUPS + 1) / 2;
    assertEquals(GROUPS, JsonParser.number(table, "groups"));
    assertEquals((double) rows, JsonParser.number(table, "rows"));
    assertEquals((double) (rows * (16 + 1000)), JsonParser.number(table, "rawBytes"));
    assertEquals(GROUPS, sum(table, "groupsBySize", "groups"));
    assertEquals((double) rows, sum(table, "groupsBySize", "entries"));
    assertEquals((double) (rows * 1016), sum(table, "groupsByPieces", "rawBytes"));
    List<Map<String, Object>> top = list(table, "topPrefixes");
    assertEquals(GroupShape.TOP, top.size());
    assertEquals("000000000000003c", top.getFirst().get("prefixHex"));
    assertEquals(GROUPS, JsonParser.number(top.getFirst(), "entries"));
    assertEquals(2, JsonParser.number(top.getFirst(), "runs"));
    assertEquals(GROUPS * 1016L, JsonParser.number(top.getFirst(), "rawBytes"));
    double half = JsonParser.number(list(table, "skew").getLast(), "byteShare");
    assertEquals(0.75, half, 0.03); // the upper half of 1 to n has three quarters of the sum
    ReportCheck.check(Files.readString(page), 5);
  }

  @Test
  void reportsDamageWithTheRest() throws Exception {
    Path store = store();
    Path damaged = file(store, ".sst");
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length / 2] ^= 1;
    Files.write(damaged, bytes);
    CommandRun run = CommandRun.of("store", "shape", "--store", store);
    assertEquals(1, run.code(), run.err());
    assertEquals("", run.err());
    assertTrue(run.out().contains("1 finding"), run.out());
    assertTrue(run.out().contains(damaged.getFileName() + " at "), run.out());
    assertTrue(run.out().contains("Table message"), run.out());
    assertTrue(run.out().contains("without " + damaged.getFileName()), run.out());
    assertTrue(run.out().contains("./sheaf verify --store " + store), run.out());
    assertTrue(run.out().contains("./sheaf repair --store " + store), run.out());
    Map<String, Object> table =
        table(CommandRun.of("store", "shape", "--store", store, "--json", "--html", page()));
    assertEquals(List.of(String.valueOf(damaged.getFileName())), table.get("leftOut"));
    assertTrue(JsonParser.number(table, "groups") > GROUPS / 2.0, "the other file is counted");
    ReportCheck.check(Files.readString(page()), 5);
  }

  /** Whatever part of it is damaged, a file of the store is not taken for an empty one. */
  @Test
  void reportsDamageOfEachPart() throws Exception {
    Path store = store();
    for (String kind : new String[] {".sst", ".val"}) {
      Path damaged = file(store, kind);
      byte[] bytes = Files.readAllBytes(damaged);
      for (int offset : new int[] {0, 8, 20, bytes.length - 3}) {
        bytes[offset] ^= 1;
        Files.write(damaged, bytes);
        assertFinding(store, damaged.getFileName() + " at ");
        bytes[offset] ^= 1;
      }
      Files.delete(damaged);
      assertFinding(store, damaged.getFileName() + " at 0: is in the manifest");
      Files.write(damaged, bytes);
    }
    CommandRun.of("store", "shape", "--store", store).succeeds();
  }

  private static void assertFinding(Path store, String text) {
    CommandRun run = CommandRun.of("store", "shape", "--store", store);
    assertEquals(1, run.code(), run.err());
    assertEquals("", run.err());
    assertTrue(run.out().contains(text), run.out());
    assertTrue(run.out().contains("The store is damaged"), run.out());
  }

  private Path page() {
    return directory.resolve("shape.html");
  }

  @Test
  void refusesAStoreThatIsOpen() throws Exception {
    Path store = store();
    try (Db db = Sheaf.open(store, OPTIONS)) {
      assertFalse(db.tables().isEmpty());
      assertEquals(
          3, CommandRun.of("store", "shape", "--store", store).failsSaying("is open").code());
    }
  }

  private Path store() throws IOException, InterruptedException {
    Path store = directory.resolve("store");
    try (Db db = Sheaf.open(store, OPTIONS.withScrubBytesPerSecond(0))) {
      Table table = db.openTable("message", TableOptions.DEFAULT.withPrefix(new FixedPrefix(8)));
      for (int half = 0; half < 2; half++) {
        for (int group = 1; group <= GROUPS; group++) {
          WriteBatch batch = new WriteBatch();
          int from = half == 0 ? 0 : group / 2;
          int to = half == 0 ? group / 2 : group;
          for (int row = from; row < to; row++) {
            byte[] key = ByteBuffer.allocate(16).putLong(group).putLong(row).array();
            batch.put(table, key, new byte[1000]);
          }
          db.write(batch);
        }
        db.flush();
      }
    }
    return store;
  }

  private static Map<String, Object> table(CommandRun run) {
    return list(JsonParser.object(run.out().strip()), "tables").getFirst();
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> list(Map<String, Object> object, String name) {
    return (List<Map<String, Object>>) Objects.requireNonNull(object.get(name));
  }

  private static double sum(Map<String, Object> table, String list, String field) {
    return list(table, list).stream().mapToDouble(bar -> JsonParser.number(bar, field)).sum();
  }

  private static Path file(Path store, String kind) throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      return files
          .filter(file -> file.toString().endsWith(kind))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }
}
