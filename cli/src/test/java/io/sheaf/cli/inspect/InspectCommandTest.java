package io.sheaf.cli.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.CommandRun;
import io.sheaf.cli.GoldenDirectory;
import io.sheaf.cli.GoldenText;
import io.sheaf.cli.JsonParser;
import io.sheaf.cli.ToolProcess;
import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands of inspect on golden stores, whole and damaged. */
final class InspectCommandTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "tiny-sstable, v1/tiny, sstable --rows, 000005.sst",
    "tiny-sstable-values, v1/tiny, sstable --values --references, 000005.sst",
    "tiny-value-file, v1/tiny, value-file --rows, 000004.val",
    "tiny-log, v2/tiny, log --values, 000003.log",
    "tiny-manifest, v2/tiny, manifest, 000001.manifest",
    "tiny-store, v2/tiny, store, ''",
    "mixed-sstable, v1/mixed, sstable, 000010.sst",
    "mixed-log, v1/mixed, log, 000039.log",
    "mixed-store, v1/mixed, store, ''",
    "streamed-log, v1/streamed, log, 000003.log"
  })
  void showsWhatIsThere(String golden, String store, String arguments, String file)
      throws IOException {
    Path copy = GoldenDirectory.copy(store, directory);
    CommandRun run = inspect(arguments, copy.resolve(file));
    GoldenText.check(golden, copy, run.succeeds().out());
    Map<String, Object> json =
        JsonParser.object(inspect(arguments + " --json", copy.resolve(file)).out().strip());
    assertEquals(List.of(), json.get("findings"));
  }

  @Test
  void showsItFromAProcessOfItsOwn() throws Exception {
    Path copy = GoldenDirectory.copy("v1/tiny", directory);
    CommandRun run = ToolProcess.run("inspect", "sstable", "--rows", copy.resolve("000005.sst"));
    assertEquals("", run.err());
    GoldenText.check("tiny-sstable", copy, run.succeeds().out());
    flip(copy.resolve("000005.sst"), 0x50);
    CommandRun damaged =
        ToolProcess.run("inspect", "sstable", "--rows", copy.resolve("000005.sst"));
    assertEquals(1, damaged.code());
    assertEquals("", damaged.err());
    GoldenText.check("tiny-sstable-damaged", copy, damaged.out());
  }

  @Test
  void showsOnlyWhatConcernsAPrefix() throws IOException {
    Path copy = GoldenDirectory.copy("v1/tiny", directory);
    String rows =
        inspect("sstable --rows --prefix anna", copy.resolve("000005.sst")).succeeds().out();
    assertEquals(3, rows.lines().filter(line -> line.contains("does put")).count(), rows);
    assertFalse(rows.contains("bert"), rows);
    String writes = inspect("log --rows --prefix hex:62", copy.resolve("000003.log")).out();
    assertFalse(writes.contains("anna"), writes);
    String blocks = inspect("value-file --prefix x", copy.resolve("000004.val")).out();
    assertFalse(blocks.contains("offset 44"), blocks);
  }

  /** Any damage to any file: a report with findings, or what is right; nothing else. */
  @Test
  void reportsDamageAndGoesOn() throws IOException {
    long seed = Long.getLong("sheaf.test.seed", System.nanoTime());
    System.out.println("replay with -Dsheaf.test.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    Path copy = GoldenDirectory.copy("v1/mixed", directory);
    for (Path file : files(copy)) {
      String kind = kind(file);
      byte[] whole = Files.readAllBytes(file);
      for (int i = 0; i < 12; i++) {
        byte[] damaged = damage(whole, random);
        Files.write(file, damaged);
        CommandRun run =
            inspect(kind + (kind.equals("manifest") ? "" : " --rows") + " --json", file);
        String told = file.getFileName() + " " + i + ", seed " + seed + ": " + run.err();
        assertTrue(run.code() == 0 || run.code() == 1, told);
        assertEquals("", run.err(), told);
        List<?> findings =
            (List<?>)
                Objects.requireNonNull(JsonParser.object(run.out().strip()).get("findings"), told);
        assertEquals(findings.isEmpty() ? 0 : 1, run.code(), told);
      }
      Files.write(file, whole);
    }
  }

  @Test
  void missesWhatIsCutOffOrGone() throws IOException {
    Path copy = GoldenDirectory.copy("v1/tiny", directory);
    Path values = copy.resolve("000004.val");
    Files.write(values, Arrays.copyOf(Files.readAllBytes(values), 100));
    assertTrue(inspect("store", copy).out().contains("000004.val at 100: has 100 bytes instead"));
    assertEquals(1, inspect("store", copy).code());
    for (String command : List.of("checkpoint --into", "backup --backup")) {
      String[] words = command.split(" ", -1);
      Path target = directory.resolve(words[0]);
      CommandRun.of(words[0], "--store", copy, words[1], target)
          .failsSaying("163 bytes as in the manifest");
    }
    Files.delete(values);
    assertTrue(inspect("store", copy).out().contains("there is no such file"));
  }

  private static byte[] damage(byte[] whole, SplittableRandom random) {
    byte[] damaged = whole.clone();
    switch (random.nextInt(3)) {
      case 0 -> damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
      default -> {
        int from = random.nextInt(damaged.length);
        for (int i = from; i < Math.min(damaged.length, from + 512); i++) {
          damaged[i] = (byte) random.nextInt();
        }
      }
    }
    return damaged;
  }

  @Test
  void refusesAStoreThatIsOpenAndFilesThatAreNone() throws IOException {
    Path copy = GoldenDirectory.copy("v1/tiny", directory);
    assertEquals(2, inspect("sstable", copy.resolve("000004.val")).code());
    assertEquals(2, inspect("sstable", copy.resolve("000099.sst")).code());
    assertEquals(2, inspect("store", copy.resolve("nowhere")).code());
    assertEquals(2, CommandRun.of("inspect").failsSaying("inspect what?").code());
    Path open = directory.resolve("open");
    try (Db db = Sheaf.open(open, DbOptions.DEFAULT.withMemory(32 << 20, 4 << 20))) {
      assertTrue(db.tables().isEmpty());
      CommandRun run = CommandRun.of("inspect", "store", open);
      assertEquals(3, run.failsSaying("is open").code());
    }
  }

  private static CommandRun inspect(String arguments, Path file) {
    String[] words = ("inspect " + arguments).split(" ", -1);
    Object[] all = Arrays.copyOf(words, words.length + 1, Object[].class);
    all[words.length] = file;
    return CommandRun.of(all);
  }

  private static void flip(Path file, int offset) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[offset] ^= 1;
    Files.write(file, bytes);
  }

  private static String kind(Path file) {
    String name = file.toString();
    return name.endsWith(".sst")
        ? "sstable"
        : name.endsWith(".val") ? "value-file" : name.endsWith(".log") ? "log" : "manifest";
  }

  private static List<Path> files(Path store) throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      return files.filter(file -> file.toString().matches(".*/[0-9]{6}\\..*")).sorted().toList();
    }
  }
}
