package io.sheaf.cli;

import io.sheaf.cli.console.ExitCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands that bring messages in from elsewhere. */
@Command(
    name = "import",
    synopsisSubcommandLabel = "FORMAT",
    descriptionHeading = "%n",
    description = "Bring messages or rows from elsewhere into a store.",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nFormats:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_TEXT,
      ExitCode.FAILED_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf import irc --store messages 2008-04-27.raw.txt")
final class ImportCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    CommandSpec command = Objects.requireNonNull(spec);
    throw new ParameterException(
        command.commandLine(), "import from what? Give irc, jsonl, csv or rocksdb");
  }
}
