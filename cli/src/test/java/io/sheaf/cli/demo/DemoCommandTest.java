package io.sheaf.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.CommandRun;
import io.sheaf.cli.JsonParser;
import io.sheaf.cli.console.DirectoryTree;
import io.sheaf.cli.report.ReportCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoCommandTest {
  private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

  @TempDir private Path directory;

  @Test
  void tellsWhatHappened() throws Exception {
    List<Path> before = demoDirectories();
    CommandRun run = demo("--rows", 20_000, "--json", "--no-progress").succeeds();
    assertEquals("", run.err());
    Map<String, Object> result = JsonParser.object(run.lines().getLast());
    assertEquals(20_000, JsonParser.number(result, "rows"));
    assertEquals(40, JsonParser.number(result, "users"));
    assertTrue(JsonParser.number(result, "rowsPerSecond") > 0);
    assertTrue(
        JsonParser.number(result, "rowsPerSecondWhileLoading")
            >= JsonParser.number(result, "rowsPerSecond"));
    double separated = JsonParser.number(result, "separatedByteShare");
    assertTrue(separated >= 0.7 && separated <= 1, "separated " + separated);
    double written = JsonParser.number(result, "writtenPerUserByte");
    assertTrue(written > 0.3 && written < 3, "written " + written);
    assertTrue(JsonParser.number(result, "writtenPerUserByteByCause", "log") > 0.1);
    assertTrue(JsonParser.number(result, "writtenPerUserByteByCause", "minor") > 0.1);
    double disk = JsonParser.number(result, "diskPerUserByte");
    assertTrue(disk > 0.1 && disk < 3, "disk " + disk);
    assertEquals(2_500, JsonParser.number(result, "batchWrite", "operations"));
    for (String read : new String[] {"newest", "cursor", "full"}) {
      assertTrue(JsonParser.number(result, "reads", read, "rows") > 0, read);
      assertTrue(JsonParser.number(result, "reads", read, "p99Micros") > 0, read);
      assertTrue(JsonParser.number(result, "reads", read, "medianFileReads") >= 0, read);
    }
    assertTrue(JsonParser.number(result, "rowsVerified") > 100_000);
    assertEquals(before, demoDirectories(), "the store is removed at the end");
    ReportCheck.check(Files.readString(directory.resolve("report.html")), 7);
  }

  @Test
  void tellsItToPeople() {
    String text = demo("--rows", 3_000, "--no-progress", "--shape", "sparse").succeeds().out();
    for (String part :
        new String[] {
          "3,000 rows of 300 users (sparse)",
          "rows a second, background finished",
          "separated at minor compactions",
          "written for each user byte",
          "written to the device",
          "on disk for each user byte",
          "newest 50 rows of a user",
          "100 rows on from a cursor",
          "all rows of a busy user",
          "all of them right",
          "Table message",
          "report.html"
        }) {
      assertTrue(text.contains(part), "no '" + part + "' in:\n" + text);
    }
  }

  @Test
  void leavesAStoreThatWasNamed() throws IOException {
    Path named = directory.resolve("store");
    demo("--rows", 100, "--dir", named, "--durability", "sync", "--users", 20).succeeds();
    assertTrue(CommandRun.of("stats", "--store", named).succeeds().out().contains("Table message"));
    demo("--rows", 100, "--dir", named).failsSaying("is not empty");
  }

  @Test
  void keepsATemporaryStoreWhenAsked() throws IOException {
    List<Path> before = demoDirectories();
    demo("--rows", 100, "--keep", "--durability", "buffered").succeeds();
    List<Path> kept = demoDirectories().stream().filter(path -> !before.contains(path)).toList();
    assertEquals(1, kept.size());
    CommandRun.of("stats", "--store", kept.getFirst()).succeeds();
    DirectoryTree.remove(kept.getFirst());
  }

  @Test
  void readsFromAStoreOpenedAnewWhenCold() {
    CommandRun run = demo("--rows", 2_000, "--cold", "--json", "--no-progress").succeeds();
    String reading = (String) JsonParser.object(run.out().strip()).get("reading");
    assertTrue(String.valueOf(reading).contains("store opened anew"), reading);
  }

  @Test
  void saysBeforeItStartsThatItCannotEnd() {
    CommandRun.of("demo", "--rows", 100, "--report", directory.resolve("no/such/report.html"))
        .failsSaying("--report");
    CommandRun.of("demo", "--rows", 100, "--report", directory).failsSaying("--report");
    CommandRun.of("demo", "--rows", 100, "--memory", "900g").failsSaying("MaxDirectMemorySize");
    assertFalse(Files.exists(directory.resolve("report.html")));
  }

  private CommandRun demo(Object... arguments) {
    Object[] all = new Object[arguments.length + 5];
    System.arraycopy(
        new Object[] {"demo", "--report", directory.resolve("report.html"), "--memory", "256m"},
        0,
        all,
        0,
        5);
    System.arraycopy(arguments, 0, all, 5, arguments.length);
    return CommandRun.of(all);
  }

  private static List<Path> demoDirectories() throws IOException {
    try (Stream<Path> entries = Files.list(TEMPORARY)) {
      return entries
          .filter(entry -> String.valueOf(entry.getFileName()).startsWith("sheaf-demo-"))
          .sorted()
          .toList();
    }
  }
}
