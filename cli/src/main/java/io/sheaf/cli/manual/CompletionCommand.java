package io.sheaf.cli.manual;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what makes a shell complete commands and options. */
@Command(
    name = "completion",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Print a script that makes bash and zsh complete the commands and options of sheaf.",
      "To have it in every shell, put the line below into ~/.bashrc or ~/.zshrc; the program must be"
          + " on the PATH as sheaf."
    },
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.DONE_TEXT, ExitCode.FAILED_TEXT, ExitCode.MISUSED_TEXT},
    footerHeading = ExitCode.EXAMPLE,
    footer = {"  sheaf completion > ~/.sheaf-completion", "  source ~/.sheaf-completion"})
public final class CompletionCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  private final Console console;

  /** A command that prints to {@code console}. */
  public CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CommandSpec root = Objects.requireNonNull(spec).root();
    console.out().print(AutoComplete.bash(root.name(), root.commandLine()));
    return ExitCode.FINE;
  }
}
