package io.sheaf.cli.shape;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands on a store as a whole. */
@Command(
    name = "store",
    synopsisSubcommandLabel = "COMMAND",
    descriptionHeading = "%n",
    description = "Show a store as a whole.",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.FINE_TEXT,
      ExitCode.FINDINGS_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf store shape --store messages")
public final class StoreCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  private StoreCommand() {}

  /** The command with all its commands, which print to {@code console}. */
  public static CommandLine of(Console console) {
    CommandLine store = new CommandLine(new StoreCommand());
    store.addSubcommand(new ShapeCommand(console));
    return store;
  }

  @Override
  public void run() {
    CommandSpec command = Objects.requireNonNull(spec);
    throw new ParameterException(command.commandLine(), "show what of the store? Give shape");
  }
}
