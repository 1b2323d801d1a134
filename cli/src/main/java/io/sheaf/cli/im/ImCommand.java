package io.sheaf.cli.im;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands that show what users of an IM service would see. */
@Command(
    name = "im",
    synopsisSubcommandLabel = "COMMAND",
    descriptionHeading = "%n",
    description = "Show what a user of the messages in a store would see.",
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
    footer = "  sheaf im history --store messages --conversation \"#ubuntu\"")
public final class ImCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  private ImCommand() {}

  /** The command with all its commands, which print to {@code console}. */
  public static CommandLine of(Console console) {
    CommandLine im = new CommandLine(new ImCommand());
    im.addSubcommand(new HistoryCommand(console));
    im.addSubcommand(new SyncCommand(console));
    im.addSubcommand(new ConversationsCommand(console));
    im.addSubcommand(new MentionsCommand(console));
    im.addSubcommand(new UnreadCommand(console));
    return im;
  }

  @Override
  public void run() {
    CommandSpec command = Objects.requireNonNull(spec);
    throw new ParameterException(
        command.commandLine(), "show what? Give history, sync, conversations, mentions or unread");
  }
}
