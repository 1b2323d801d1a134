package io.sheaf.cli;

import io.sheaf.cli.compact.CompactCommand;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.FailureLine;
import io.sheaf.cli.console.LogNotes;
import io.sheaf.cli.console.OutputException;
import io.sheaf.cli.console.WayOut;
import io.sheaf.cli.demo.DemoCommand;
import io.sheaf.cli.health.RepairCommand;
import io.sheaf.cli.health.VerifyCommand;
import io.sheaf.cli.im.ImCommand;
import io.sheaf.cli.ingest.IngestCommand;
import io.sheaf.cli.inspect.InspectCommand;
import io.sheaf.cli.irc.ImportIrcCommand;
import io.sheaf.cli.manual.CompletionCommand;
import io.sheaf.cli.manual.ManCommand;
import io.sheaf.cli.move.ExportCommand;
import io.sheaf.cli.move.ImportCsvCommand;
import io.sheaf.cli.move.ImportJsonlCommand;
import io.sheaf.cli.move.ImportRocksDbCommand;
import io.sheaf.cli.save.BackupCommand;
import io.sheaf.cli.save.CheckpointCommand;
import io.sheaf.cli.save.RestoreCommand;
import io.sheaf.cli.shape.StoreCommand;
import io.sheaf.cli.tail.TailCommand;
import io.sheaf.lsm.io.StoreInUseException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program {@code sheaf}. */
public final class SheafMain {
  /** Held, because a level that was set lasts only as long as its logger. */
  private static final Logger ROOT_LOGGER = Logger.getLogger("");

  private SheafMain() {}

  /** Runs the command that {@code arguments} name, and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(run(Console.ofProcess(), arguments));
  }

  /**
   * Runs a command inside this JVM.
   *
   * @return 0 if it did what it was asked; 1 if it failed; 2 if it was not understood; 3 if the
   *     store is in use; 141 if nobody reads its output any more
   */
  static int run(Console console, String... arguments) {
    return run(console, List.of(), arguments);
  }

  /**
   * Runs a command inside this JVM, of a program that has more commands than this module knows.
   *
   * @param more commands, with picocli's annotations
   * @return 0 if it did what it was asked; 1 if it failed; 2 if it was not understood; 3 if the
   *     store is in use; 141 if nobody reads its output any more
   */
  public static int run(Console console, List<Object> more, String... arguments) {
    SheafCommand root = new SheafCommand();
    CommandLine commandLine = commandLine(root, console, more);
    int code;
    try {
      code = commandLine.execute(arguments);
    } catch (OutputException | OutOfMemoryError | StackOverflowError e) {
      code = failed(console, root, e, null);
    }
    code = flushed(console, root, code);
    console.err().flush();
    return code;
  }

  /** Hands all that was printed on, and returns how a command ends that has ended so. */
  private static int flushed(Console console, SheafCommand root, int code) {
    try {
      if (console.out().checkError() && code == ExitCode.FINE) {
        console.err().println("sheaf: standard output is closed or full: not all was printed");
        return ExitCode.FINDINGS;
      }
      return code;
    } catch (OutputException e) {
      return code == ExitCode.FINE ? failed(console, root, e, null) : code;
    }
  }

  /** All commands, as they are run; for who describes them. */
  static CommandLine commandLine(Console console) {
    return commandLine(new SheafCommand(), console, List.of());
  }

  private static CommandLine commandLine(SheafCommand root, Console console, List<Object> more) {
    CommandLine imports = new CommandLine(new ImportCommand());
    imports.addSubcommand(new ImportIrcCommand(console));
    imports.addSubcommand(new ImportJsonlCommand(console));
    imports.addSubcommand(new ImportCsvCommand(console));
    imports.addSubcommand(new ImportRocksDbCommand(console));
    CommandLine all = new CommandLine(root);
    all.addSubcommand(new DemoCommand(console));
    all.addSubcommand(imports);
    all.addSubcommand(new ExportCommand(console));
    all.addSubcommand(ImCommand.of(console));
    all.addSubcommand(new StatsCommand(console));
    all.addSubcommand(new VerifyCommand(console));
    all.addSubcommand(new RepairCommand(console));
    all.addSubcommand(new CompactCommand(console));
    all.addSubcommand(new ServeCommand(console));
    all.addSubcommand(new CheckpointCommand(console));
    all.addSubcommand(BackupCommand.of(console));
    all.addSubcommand(new RestoreCommand(console));
    all.addSubcommand(InspectCommand.of(console));
    all.addSubcommand(StoreCommand.of(console));
    all.addSubcommand(new CompletionCommand(console));
    all.addSubcommand(new ManCommand(console));
    all.addSubcommand(new TailCommand(console));
    all.addSubcommand(new IngestCommand(console));
    more.forEach(all::addSubcommand);
    all.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    all.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    all.setCaseInsensitiveEnumValuesAllowed(true);
    all.setAbbreviatedOptionsAllowed(false);
    all.setUsageHelpLongOptionsMaxWidth(30);
    all.setParameterExceptionHandler((e, arguments) -> misused(console, root, e));
    all.setExecutionExceptionHandler(
        (e, command, result) -> failed(console, root, e, storeOf(command)));
    all.setExecutionStrategy(parsed -> {
      ROOT_LOGGER.setLevel(root.isVerbose() ? Level.INFO : Level.WARNING);
      if (!root.isVerbose() && !isServer(parsed)) {
        LogNotes.install();
      }
      return new CommandLine.RunLast().execute(parsed);
    });
    return all;
  }

  private static int misused(Console console, SheafCommand root, ParameterException failure) {
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    console
        .err()
        .println(
            command
                + ": "
                + FailureLine.of(failure)
                + suggestion(failure)
                + " (see "
                + command
                + " --help)");
    explain(console, root, failure);
    return ExitCode.MISUSED;
  }

  /** What may have been meant by a command or an option that is not there. */
  private static String suggestion(ParameterException failure) {
    List<String> meant =
        failure instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    return meant.isEmpty() ? "" : "; did you mean " + String.join(" or ", meant) + "?";
  }

  /** Whether the command is one whose log is read by who runs a server. */
  private static boolean isServer(ParseResult parsed) {
    return parsed.hasSubcommand()
        && parsed.subcommand().commandSpec().userObject() instanceof ServeCommand;
  }

  /** The store that a command was given; null: none. */
  private static @Nullable Path storeOf(CommandLine command) {
    OptionSpec option = command.getCommandSpec().findOption("--store");
    Object value = option == null ? null : option.getValue();
    return value == null ? null : Path.of(value.toString());
  }

  private static int failed(
      Console console, SheafCommand root, Throwable failure, @Nullable Path store) {
    if (failure instanceof OutputException output) {
      if (output.isClosed()) {
        return ExitCode.OUTPUT_CLOSED;
      }
    } else {
      try {
        console.out().flush();
      } catch (OutputException e) {
        failure.addSuppressed(e);
      }
    }
    console.err().println("sheaf: " + WayOut.line(failure, store));
    explain(console, root, failure);
    return failure instanceof StoreInUseException ? ExitCode.IN_USE : ExitCode.FINDINGS;
  }

  private static void explain(Console console, SheafCommand root, Throwable failure) {
    if (root.isVerbose()) {
      failure.printStackTrace(console.err());
    }
  }
}
