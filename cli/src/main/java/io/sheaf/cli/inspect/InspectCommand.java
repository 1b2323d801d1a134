package io.sheaf.cli.inspect;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands that show what is in the files of a store. */
@Command(
    name = "inspect",
    synopsisSubcommandLabel = "KIND",
    descriptionHeading = "%n",
    description = {
      "Show what is in files of a store that is not open: headers, properties, blocks, keys,"
          + " references, checksums. Nothing is changed.",
      "What cannot be read is reported with file and offset, and the rest is shown all the same."
    },
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nKinds:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.FINE_TEXT,
      ExitCode.FINDINGS_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf inspect sstable --rows messages/000005.sst")
public final class InspectCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  private InspectCommand() {}

  /** The command with all its commands, which print to {@code console}. */
  public static CommandLine of(Console console) {
    CommandLine inspect = new CommandLine(new InspectCommand());
    inspect.addSubcommand(new InspectTableCommand(console));
    inspect.addSubcommand(new InspectValueFileCommand(console));
    inspect.addSubcommand(new InspectLogCommand(console));
    inspect.addSubcommand(new InspectManifestCommand(console));
    inspect.addSubcommand(new InspectStoreCommand(console));
    return inspect;
  }

  @Override
  public void run() {
    CommandSpec command = Objects.requireNonNull(spec);
    throw new ParameterException(
        command.commandLine(), "inspect what? Give sstable, value-file, log, manifest or store");
  }
}
