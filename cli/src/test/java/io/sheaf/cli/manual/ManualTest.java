package io.sheaf.cli.manual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.CommandRun;
import io.sheaf.cli.GoldenText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manual pages and completion are made of what the program knows. */
final class ManualTest {
  @TempDir private Path directory;

  @Test
  void printsAPage() throws Exception {
    String page = CommandRun.of("man", "backup").succeeds().out();
    GoldenText.check("man-backup", directory, page);
    assertEquals(2, CommandRun.of("man", "frobnicate").failsSaying("no command").code());
  }

  @Test
  void writesAPageForEachCommand() throws Exception {
    Path pages = directory.resolve("man1");
    CommandRun.of("man", "--into", pages).succeeds();
    List<String> names;
    try (Stream<Path> all = Files.list(pages)) {
      names = all.map(page -> page.getFileName().toString()).sorted().toList();
    }
    assertTrue(
        names.containsAll(
            List.of("sheaf.1", "sheaf-verify.1", "sheaf-inspect-sstable.1", "sheaf-man.1")),
        names.toString());
    for (String name : names) {
      String page = Files.readString(pages.resolve(name));
      assertTrue(page.startsWith(".TH SHEAF"), page);
      for (String section : List.of("NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "EXAMPLE")) {
        assertTrue(page.contains("\n.SH " + section + "\n"), name + " has no " + section);
      }
    }
  }

  @Test
  void theScriptForTheShellIsOne() throws Exception {
    String script = CommandRun.of("completion").succeeds().out();
    for (String word : List.of("inspect", "value-file", "--references", "checkpoint", "--keep")) {
      assertTrue(script.contains(word), word);
    }
    Path file = Files.writeString(directory.resolve("completion.sh"), script);
    Process bash;
    try {
      bash = new ProcessBuilder("bash", "-n", file.toString()).inheritIO().start();
    } catch (java.io.IOException e) {
      org.junit.jupiter.api.Assumptions.abort("there is no bash here");
      return;
    }
    assertTrue(bash.waitFor(30, TimeUnit.SECONDS));
    assertEquals(0, bash.exitValue());
  }
}
