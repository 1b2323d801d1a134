package io.sheaf.cli;

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
    description = "Bring messages from elsewhere into a store.",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nFormats:%n")
final class ImportCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    CommandSpec command = Objects.requireNonNull(spec);
    throw new ParameterException(command.commandLine(), "import from what? Give irc");
  }
}
