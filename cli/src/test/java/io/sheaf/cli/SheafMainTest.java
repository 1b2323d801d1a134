package io.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SheafMainTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "demo",
        "import",
        "import irc",
        "im",
        "im history",
        "im sync",
        "im unread",
        "stats",
        "verify",
        "repair"
      })
  void everyCommandHasHelp(String command) {
    CommandRun run = CommandRun.of((Object[]) (command + " --help").strip().split(" ", -1));
    run.succeeds();
    assertEquals("", run.err());
    assertTrue(
        run.out().startsWith(("Usage: sheaf " + command).strip()), "help of '" + command + "'");
    assertTrue(run.out().contains("--help"), run.out());
  }

  @Test
  void aConfigThatIsWrongIsNotUnderstood(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("sheaf.conf");
    for (String wrong : new String[] {"memory 1k", "memory 100000g", "prot 1", "workers many"}) {
      Files.writeString(file, "store " + directory.resolve("store") + "\n" + wrong + "\n");
      CommandRun run = CommandRun.of("serve", "--config", file);
      assertEquals(ExitCode.MISUSED, run.code(), run.err());
      assertTrue(run.err().contains(wrong.split(" ", -1)[0]), run.err());
      assertFalse(run.err().contains("memoryBytes"), run.err());
    }
  }

  @Test
  void listsAllCommands() {
    String help = CommandRun.of("--help").succeeds().out();
    for (String command : new String[] {"demo", "import", "im", "stats", "verify", "repair"}) {
      assertTrue(help.contains("\n  " + command), help);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "stats --help", "--version"})
  void failsWhenItsOutputGoesNowhere(String command) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    Console console =
        new Console(
            new PrintStream(new BufferedOutputStream(full), false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    assertEquals(ExitCode.FINDINGS, SheafMain.run(console, command.split(" ", -1)));
    String said = err.toString(StandardCharsets.UTF_8);
    assertTrue(said.startsWith("sheaf: standard output"), said);
  }

  @Test
  void saysItsVersion() {
    assertTrue(CommandRun.of("--version").succeeds().out().startsWith("Sheaf "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "frobnicate",
        "--frobnicate",
        "demo --rows many",
        "demo --rows 0",
        "demo --rows -5",
        "demo --shape round",
        "demo --durability none",
        "demo --memory 2x",
        "demo --memory 1m",
        "demo --batch 0",
        "demo --users 3 --rows 100",
        "demo extra",
        "import",
        "import irc",
        "import irc --store x",
        "import irc 2008-04-27.raw.txt",
        "im",
        "im history",
        "im history --store x",
        "im history --store x --conversation a --last 0",
        "im history --store x --conversation a --last many",
        "im history --store x --conversation a --from yesterday",
        "im history --store x --conversation a --from 1492-10-12",
        "im history --store x --conversation a --from 2008-04-27 --last 3",
        "im history --store x --conversation a --limit 3",
        "im history --store x --conversation a --raw --json",
        "im history --store x --conversation a --sender b --user c",
        "im history --store x --conversation hex:6",
        "im history --store x --conversation num:x",
        "im sync --store x",
        "im unread --store x",
        "im mentions --store x --user a --last x",
        "stats",
        "stats --store"
      })
  void saysInOneLineWhatItDoesNotUnderstand(String arguments) {
    CommandRun run = CommandRun.of((Object[]) arguments.split(" ", -1));
    run.failsSaying("--help");
    assertEquals(ExitCode.MISUSED, run.code());
    assertEquals("", run.out());
  }

  @Test
  void saysWhatMayHaveBeenMeant() {
    CommandRun.of("compct", "--store", "x").failsSaying("did you mean").failsSaying("compact");
  }

  @Test
  void readsTheEnvironmentAsPeopleSetIt() {
    assertTrue(SheafCommand.asksForMore("1") && SheafCommand.asksForMore("true"));
    assertFalse(SheafCommand.asksForMore(null) || SheafCommand.asksForMore(""));
    assertFalse(SheafCommand.asksForMore("0") || SheafCommand.asksForMore("false"));
  }

  @Test
  void showsWhereOnlyWhenAsked() {
    CommandRun.of("stats", "--store", "/no/such/place").failsSaying("/no/such/place");
    CommandRun run = CommandRun.of("--verbose", "stats", "--store", "/no/such/place");
    assertEquals(ExitCode.MISUSED, run.code());
    assertTrue(run.err().contains("\tat io.sheaf.cli."), run.err());
  }
}
