package io.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.console.Console;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What the help of every command must say, whichever commands there are. */
final class EveryCommandTest {
  @TestFactory
  Stream<DynamicTest> helpHasAnExampleAndTheExitCodes() {
    return all(SheafMain.commandLine(Console.ofProcess())).stream()
        .map(command -> DynamicTest.dynamicTest(name(command), () -> check(command)));
  }

  private static List<CommandSpec> all(CommandLine command) {
    List<CommandSpec> all = new ArrayList<>();
    all.add(command.getCommandSpec());
    command.getSubcommands().values().forEach(each -> all.addAll(all(each)));
    return all;
  }

  private static String name(CommandSpec command) {
    return command.qualifiedName();
  }

  private static void check(CommandSpec command) {
    CommandLine.Model.UsageMessageSpec usage = command.usageMessage();
    assertTrue(usage.description().length > 0, "no description");
    assertTrue(usage.footer().length > 0, "no example");
    assertTrue(
        usage.footer()[0].startsWith("  " + name(command)),
        () -> "the example is of another command: " + usage.footer()[0]);
    for (String line : usage.footer()) {
      assertTrue(line.length() <= 80, () -> "broken when it is copied from the help: " + line);
    }
    assertTrue(usage.exitCodeList().keySet().containsAll(List.of("0", "1", "2")), "no exit codes");
    assertTrue(
        !command.optionsMap().containsKey("--store") || usage.exitCodeList().containsKey("3"),
        "no exit code for a store in use");
    for (OptionSpec option : command.options()) {
      assertTrue(
          option.description().length > 0, () -> "no description of " + option.longestName());
    }
    String[] words = (name(command) + " --help").split(" ", -1);
    CommandRun run = CommandRun.of((Object[]) java.util.Arrays.copyOfRange(words, 1, words.length));
    assertEquals("", run.succeeds().err());
    assertTrue(run.out().matches("(?s).*\nExamples?:\n  " + name(command) + ".*"), run.out());
    assertTrue(run.out().contains("Exit codes:\n"), run.out());
    assertTrue(
        run.out().lines().allMatch(line -> line.length() <= 100), () -> "long lines: " + run.out());
  }
}
