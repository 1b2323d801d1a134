package io.sheaf.cli;

import io.sheaf.cli.console.ExitCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** What all commands have in common: help, and how much is said of a failure. */
@Command(
    name = "sheaf",
    version = "Sheaf 0.1.0-SNAPSHOT",
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    descriptionHeading = "%n",
    description = {
      "A storage engine for instant messages.",
      "sheaf COMMAND --help says more of each command."
    },
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_TEXT,
      ExitCode.FAILED_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf verify --store messages")
final class SheafCommand implements Runnable {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // set and asked by picocli
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  @SuppressWarnings("UnusedVariable") // set and asked by picocli
  private boolean version;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description =
          "Show where in the program a failure came from, and what the store logs"
              + " (also with SHEAF_DEBUG=1 in the environment).")
  private boolean verbose;

  @Spec private @Nullable CommandSpec spec;

  boolean isVerbose() {
    return verbose || asksForMore(System.getenv("SHEAF_DEBUG"));
  }

  /** Whether the value of an environment variable is a yes, in any of the usual ways. */
  static boolean asksForMore(@Nullable String value) {
    return value != null && !value.isEmpty() && !value.equals("0") && !value.equals("false");
  }

  @Override
  public void run() {
    CommandSpec command = Objects.requireNonNull(spec);
    throw new ParameterException(command.commandLine(), "which command?");
  }
}
