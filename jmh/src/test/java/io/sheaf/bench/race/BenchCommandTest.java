package io.sheaf.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sheaf.bench.report.JsonTree;
import io.sheaf.bench.summary.Machine;
import io.sheaf.cli.SheafMain;
import io.sheaf.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command, with workers that speak the lines and store nothing. */
final class BenchCommandTest {
  @TempDir private Path directory;

  private record Run(int code, String out, String err) {}

  @Test
  void aRaceLeavesResultsAndAReportAndNoStore() throws IOException {
    Run run = bench("--rounds", "2", "--engines", "sheaf,rocksdb-leveled");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("background finished"), run.out());
    assertTrue(run.out().contains("3.00"), run.out());
    JsonTree results = results();
    assertEquals(2, results.at("roundsDone").number());
    assertEquals(2, results.at("phases").list().size());
    JsonTree load = results.at("phases", 0);
    assertEquals("rocksdb-leveled", load.at("best").value());
    assertEquals(3.0, load.at("ratio").number());
    assertEquals(Map.of("sheaf", 30.0, "rocksdb-leveled", 10.0), load.at("engines").value());
    assertTrue(Files.readString(out().resolve("report.html")).startsWith("<!DOCTYPE html>"));
    assertFalse(Files.exists(out().resolve("stores")), "the stores are removed");
    assertTrue(
        Files.readString(out().resolve("logs/round-1-sheaf.log")).contains("a library says hello"));
    assertEquals(
        List.of("sheaf", "rocksdb-leveled", "rocksdb-leveled", "sheaf"),
        results.at("runs").list().stream().map(each -> each.at("engine").value()).toList());
  }

  @Test
  void aWrongRowFailsTheRunAndKeepsTheRest() throws IOException {
    Run run =
        bench(
            "--rounds",
            "2",
            "--engines",
            "rocksdb-zstd,sheaf,rocksdb-leveled",
            fakes("loses", "sheaf"));
    assertEquals(1, run.code());
    String last = run.err().lines().toList().getLast();
    Path store = out().resolve("stores/round-1-sheaf");
    for (String words :
        new String[] {"sheaf", "round 1", "get-cold", "row 17 of user 3 is missing", "" + store}) {
      assertTrue(last.contains(words), last);
    }
    assertTrue(Files.exists(store.resolve("000001.sst")), "the store is kept");
    assertFalse(Files.exists(out().resolve("stores/round-1-rocksdb-zstd")));
    JsonTree results = results();
    JsonTree load = results.at("phases", 0);
    assertEquals(
        Map.of("rocksdb-zstd", 10.0, "rocksdb-leveled", 10.0),
        load.at("engines").value(),
        "others are not thrown away, and what failed does not count");
    assertEquals(1, results.at("failures").list().size(), "it is not asked again");
    assertTrue(Files.readString(out().resolve("report.html")).contains("row 17 of user 3"));
  }

  @Test
  void aWorkerThatDiesOrStammersFailsTheRun() throws IOException {
    Run died = bench("--rounds", "1", "--engines", "sheaf", fakes("dies", "sheaf"));
    assertEquals(1, died.code());
    assertTrue(died.err().contains("exit code 9"), died.err());
    assertTrue(died.err().contains("native code: abort"), died.err());
    assertFalse(died.err().contains("internal error"), died.err());

    Path other = directory.resolve("other");
    Run stammered =
        run("--rounds", "1", "--engines", "sheaf", fakes("stammers", "sheaf"), "--out", "" + other);
    assertEquals(1, stammered.code());
    assertTrue(stammered.err().contains("not understood"), stammered.err());
  }

  @Test
  void aWorkerThatWantsMoreThanTheLimitIsNamed() throws IOException {
    Run run =
        bench(
            "--rounds",
            "1",
            "--engines",
            "sheaf",
            "--memory",
            "768m",
            "--java-opts=-Dfake=gorges -Dfake.engine=sheaf -XX:MaxDirectMemorySize=4g");
    assumeTrue(!run.err().contains("no memory control group"), run.err());
    assertEquals(1, run.code());
    assertTrue(run.err().contains("--memory is not enough"), run.err());
  }

  @Test
  void aPhaseThatAnEngineMissesIsBlank() throws IOException {
    Run run =
        bench("--rounds", "1", "--engines", "sheaf,rocksdb-leveled", fakes("misses", "sheaf"));
    assertEquals(0, run.code(), run.err());
    JsonTree disk = results().at("phases", 1);
    assertEquals(Map.of("rocksdb-leveled", 0.5), disk.at("engines").value());
    assertNull(disk.at("ratio").value());
  }

  @Test
  void storesAreKeptWhereTheUserSays() {
    Path stores = directory.resolve("disk");
    Run run = bench("--rounds", "1", "--engines", "sheaf", "--keep", "--store-dir", "" + stores);
    assertEquals(0, run.code(), run.err());
    assertTrue(Files.exists(stores.resolve("round-1-sheaf/000001.sst")));
  }

  @Test
  void quickIsSmallAndWhatElseIsGivenIsStronger() throws IOException {
    Run run = bench("--quick", "--rows", "1000");
    assertEquals(0, run.code(), run.err());
    JsonTree settings = results().at("settings");
    assertEquals(1000, settings.at("rows").number());
    assertEquals(
        List.of("sheaf", "rocksdb-leveled", "rocksdb-universal"), settings.at("engines").value());
    assertEquals(128 << 20, settings.at("engineMemoryBytes").number());
    assertEquals("load", settings.at("phases", 0).value());
    assertEquals(8, settings.at("phases").list().size());
    assertEquals(1, results().at("rounds").number());
  }

  @Test
  void aKindOfReadIsBothPhasesAndTheLoadComesFirst() throws IOException {
    Run run = bench("--rounds", "1", "--engines", "sheaf", "--phases", "get,disk");
    assertEquals(0, run.code(), run.err());
    assertEquals(
        List.of("load", "disk", "get-cold", "get-warm"),
        results().at("settings").at("phases").value());
  }

  @Test
  void whatCannotBeMeantIsRefusedWithTheWayOut() throws IOException {
    refused("no engine 'mysql'; there are sheaf, rocksdb-leveled", "--engines", "sheaf,mysql");
    refused("no phase 'dance'; there are load", "--phases", "load,dance");
    refused("give each name once", "--engines", "sheaf,sheaf");
    refused("--rows must be 1 to", "--rows", "0");
    refused("--rounds must be 1 to", "--rounds", "0");
    refused("--users: ", "--users", "3");
    refused("--durability must be written or sync, not 'buffered'", "--durability", "buffered");
    refused("--durability must be written or sync, not 'never'", "--durability", "never");
    if (Machine.memoryBytes().isPresent()) {
      refused("give less --memory or --engine-memory", "--memory", "1000t");
    }
    refused("--memory must be at least 768m", "--memory", "100m");
    refused("--engine-memory must be 16m to", "--engine-memory", "3g");
    refused("is not a size", "--memory", "much");
    Files.createDirectories(out());
    Files.writeString(out().resolve("old"), "old");
    refused("is not empty: give an empty or a new directory");
    Path file = Files.writeString(directory.resolve("file"), "x");
    Run run = run("--out", file.toString());
    assertEquals(2, run.code(), run.err());
    assertTrue(run.err().contains("is a file"), run.err());
  }

  @Test
  void whatIsRefusedForTheDiskLeavesNothing() throws IOException {
    Run large = bench("--rows", "1000000000", "--keep", "--rounds", "1000", "--phases", "tenfold");
    assertEquals(1, large.code(), large.err());
    assertTrue(large.err().contains("give fewer --rows, or a --store-dir"), large.err());
    assertFalse(Files.exists(out()), "--out may be given again");

    Path file = Files.writeString(directory.resolve("file"), "x");
    Run below = run("--rows", "1000", "--out", file.resolve("out").toString());
    assertEquals(1, below.code(), below.err());
    assertTrue(below.err().contains("file/out"), below.err());
    assertTrue(below.err().contains("give an --out and a --store-dir"), below.err());

    Run stores = bench("--store-dir", file.resolve("stores").toString());
    assertEquals(1, stores.code(), stores.err());
    assertFalse(Files.exists(out()), "--out may be given again");
  }

  @Test
  void anOptionThatNoJvmKnowsIsNamed() {
    Run run = bench("--rounds", "1", "--engines", "sheaf", "--java-opts=-XX:+NoSuchThing");
    assertEquals(1, run.code());
    assertTrue(run.err().contains("Unrecognized VM option 'NoSuchThing'"), run.err());
  }

  @Test
  void helpHasExamplesAndTheDefaults() {
    Run run = run("--help");
    assertEquals(0, run.code());
    for (String words :
        new String[] {
          "Examples:", "--quick", "three eighths of --memory", "sheaf bench", "page cache"
        }) {
      assertTrue(run.out().contains(words), run.out());
    }
  }

  private void refused(String why, String... arguments) {
    Run run = bench(arguments);
    assertEquals(2, run.code(), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(why), run.err());
    assertFalse(Files.exists(out().resolve("results.json")));
  }

  private static String fakes(String what, String engine) {
    return "--java-opts=-Dfake=" + what + " -Dfake.engine=" + engine;
  }

  private Path out() {
    return directory.resolve("out");
  }

  private JsonTree results() throws IOException {
    return JsonTree.parse(Files.readString(out().resolve("results.json")));
  }

  private Run bench(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--out", out().toString()));
    if (!all.contains("--rows")) {
      all.addAll(List.of("--rows", "1000"));
    }
    return run(all.toArray(String[]::new));
  }

  private static Run run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    List<String> all = new ArrayList<>(List.of("bench"));
    all.addAll(List.of(arguments));
    int code =
        SheafMain.run(
            console,
            List.of(new BenchCommand(console, FakeWorker.class.getName())),
            all.toArray(String[]::new));
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
