package io.sheaf.cli.manual;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints manual pages. */
@Command(
    name = "man",
    sortOptions = false,
    descriptionHeading = "%n",
    description =
        "Print the manual page of a command, in the form that man reads, or write those of all"
            + " commands into a directory. They say what --help says.",
    parameterListHeading = "%nCommand:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.DONE_TEXT, ExitCode.FAILED_TEXT, ExitCode.MISUSED_TEXT},
    footerHeading = ExitCode.EXAMPLE,
    footer = {
      "  sheaf man backup verify | man -l -",
      "  sheaf man --into /usr/local/share/man/man1"
    })
public final class ManCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "The command, word by word. Default: sheaf itself.")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--into",
      paramLabel = "DIR",
      description = "Write a page for each command into this directory, made if it is missing.")
  private @Nullable Path into;

  @Spec private @Nullable CommandSpec spec;

  private final Console console;

  /** A command that prints to {@code console}. */
  public ManCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    CommandSpec command = Objects.requireNonNull(spec);
    CommandLine chosen = command.root().commandLine();
    for (String word : words) {
      CommandLine next = chosen.getSubcommands().get(word);
      if (next == null) {
        throw new ParameterException(
            command.commandLine(),
            "there is no command '" + word + "' of " + chosen.getCommandSpec().qualifiedName());
      }
      chosen = next;
    }
    Path directory = into;
    if (directory == null) {
      console.out().print(ManPage.of(chosen.getCommandSpec()));
    } else {
      Files.createDirectories(directory);
      write(directory, chosen);
    }
    return ExitCode.FINE;
  }

  private static void write(Path directory, CommandLine command) throws IOException {
    CommandSpec page = command.getCommandSpec();
    Files.writeString(
        directory.resolve(page.qualifiedName("-") + ManPage.EXTENSION), ManPage.of(page));
    for (CommandLine each : command.getSubcommands().values()) {
      write(directory, each);
    }
  }
}
